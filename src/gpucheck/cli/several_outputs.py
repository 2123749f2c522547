"""Where a report goes: to standard output, into a file, or into several in several formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from gpucheck.cli.job_summary import add_to_summary, summary_file
from gpucheck.cli.output import deliver, has_colour, has_unicode
from gpucheck.cli.user_error import UserError
from gpucheck.findings import Report
from gpucheck.renderers import View, renderer, renderer_names


class Destination(msgspec.Struct, frozen=True):
    """One rendering of a report."""

    format: str
    path: Path | None  # None: standard output


def destinations(outputs: Sequence[str], format_: str) -> tuple[Destination, ...]:
    """Return where a report goes.

    "junit:report.xml" goes there in that format, and standard output still gets its own;
    "report.txt" takes what standard output would get.

    Raises:
        UserError: two would write the same file, or a file has no name.
    """
    found, plain = [], None
    for output in outputs:
        name, colon, rest = output.partition(":")
        if colon and name in renderer_names():
            if not rest:
                raise UserError(f"--output {output} names no file: say {name}:FILE")
            found.append(Destination(name, Path(rest)))
        elif plain is not None:
            raise UserError(f"--output {output}: only one file may be without a format")
        else:
            plain = Path(output)
    everything = (Destination(format_, plain), *found)
    paths = [each.path.resolve() for each in everything if each.path]
    if len({*paths}) < len(paths):
        raise UserError("--output names the same file twice")
    return everything


def deliver_all(
    reports: Sequence[Report],
    view: View,
    everything: Sequence[Destination],
    for_others: Callable[[], Sequence[Report]],
) -> None:
    """Render and write to each destination; a file gets no colours and every sign.

    The annotations of a GitHub job come with a summary on its page.

    `for_others` makes the same reports without private parts; most runs need them not.
    """
    public = cache(for_others)
    for each in everything:
        is_file = each.path is not None
        own = msgspec.structs.replace(
            view,
            has_colour=not is_file and has_colour(),
            has_unicode=is_file or has_unicode(),
        )
        entry = renderer(each.format)
        deliver(entry.render(public() if entry.is_for_others else reports, own), each.path)
        summary = summary_file() if each.format == "github" else None
        if summary:
            add_to_summary(renderer("markdown").render(public(), view), summary)
