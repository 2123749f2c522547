"""Where a report goes: to standard output, into a file, or into several in several formats."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gpucheck.cli.output import deliver, has_colour, has_unicode
from gpucheck.cli.user_error import UserError
from gpucheck.findings import Report
from gpucheck.renderers import View, renderer, renderer_names

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""Names the file in which a GitHub job collects Markdown (GitHub's documentation, 2026-11)."""


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


def deliver_all(reports: Sequence[Report], view: View, everything: Sequence[Destination]) -> None:
    """Render and write to each destination; a file gets no colours and every sign."""
    for each in everything:
        is_file = each.path is not None
        own = msgspec.structs.replace(
            view,
            has_colour=not is_file and has_colour(),
            has_unicode=is_file or has_unicode(),
        )
        deliver(renderer(each.format).render(reports, own), each.path)
        if each.format == "github":
            _summarise(reports, view)


def _summarise(reports: Sequence[Report], view: View) -> None:
    """Add the report to the page of a GitHub job, where there is one.

    Raises:
        UserError: the file that GitHub names cannot be written.
    """
    path = os.environ.get(SUMMARY_VARIABLE)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(renderer("markdown").render(reports, view))
    except OSError as error:
        raise UserError(f"cannot write {path} (${SUMMARY_VARIABLE}): {error.strerror}") from error
