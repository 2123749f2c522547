"""Where a report goes: to standard output, into a file, or into several in several formats."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from gpucheck.cli.job_summary import add_to_summary, summary_file
from gpucheck.cli.output import OutputLostError, complain, deliver, has_colour, has_unicode
from gpucheck.cli.user_error import UserError
from gpucheck.findings import Report
from gpucheck.renderers import View, renderer, renderer_names

_WORD = re.compile(r"[A-Za-z]{2,}")
"""Before a colon the name of a format; a drive of Windows has one letter."""


class Destination(msgspec.Struct, frozen=True):
    """One rendering of a report."""

    format: str
    path: Path | None  # None: standard output


def destinations(outputs: Sequence[str], format_: str) -> tuple[Destination, ...]:
    """Return where a report goes.

    "junit:report.xml" goes there in that format, and standard output still gets its own;
    "report.txt" takes what standard output would get.

    Raises:
        UserError: two would write the same file, a file has no name, a format is none.
    """
    found, plain = [], None
    for output in outputs:
        name, colon, rest = output.partition(":")
        if colon and _WORD.fullmatch(name):
            found.append(Destination(_known(name, output), _file(rest, output)))
        elif plain is not None:
            raise UserError(f"--output {output}: only one file may be without a format")
        else:
            plain = _plain(output)
    is_printed = plain in {None, "-"}
    everything = (Destination(format_, None if is_printed else Path(plain or "")), *found)
    paths = [_place(each.path) for each in everything if each.path]
    if len({*paths}) < len(paths):
        raise UserError("--output names the same file twice")
    return everything


def _plain(output: str) -> str:
    if not output:
        raise UserError("--output names no file")
    if output in renderer_names():
        raise UserError(f"--output {output} names no file: say {output}:FILE, or ./{output}")
    return output


def _place(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except OSError as error:  # the folder is gone
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _known(name: str, output: str) -> str:
    if name not in renderer_names():
        kinds = ", ".join(renderer_names())
        raise UserError(f"--output {output}: there is no format {name!r}: {kinds}")
    return name


def _file(rest: str, output: str) -> Path:
    if not rest:
        raise UserError(f"--output {output} names no file")
    if rest == "-":
        raise UserError(f"--output {output}: --format says what standard output gets")
    return Path(rest)


def deliver_all(
    reports: Sequence[Report],
    view: View,
    everything: Sequence[Destination],
    for_others: Callable[[], Sequence[Report]],
) -> None:
    """Render and write to each destination; a file gets no colours and every sign.

    The annotations of a GitHub job come with a summary on its page. What cannot be written keeps
    nothing else from being written.

    `for_others` makes the same reports without private parts; most runs need them not.

    Raises:
        UserError: a file cannot be written.
        OutputLostError: standard output cannot be written.
    """
    public = cache(for_others)
    failures: list[UserError | OutputLostError] = []
    for each in everything:
        is_file = each.path is not None
        own = msgspec.structs.replace(
            view,
            has_colour=not is_file and has_colour(),
            has_unicode=is_file or has_unicode(),
        )
        entry = renderer(each.format)
        text = entry.render(public() if entry.is_for_others else reports, own)
        try:
            deliver(text, each.path)
        except (UserError, OutputLostError) as error:
            failures.append(error)
    summary = summary_file() if any(each.format == "github" for each in everything) else None
    if summary:
        add_to_summary(renderer("markdown").render(public(), view), summary)
    for failure in failures[1:]:
        complain(str(failure))
    if failures:
        raise failures[0]
