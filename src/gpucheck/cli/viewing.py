"""How a report is to be shown here: exit codes, the terminal's width, colours and signs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from gpucheck.cli.output import has_colour, has_unicode
from gpucheck.findings import Report
from gpucheck.policy import FailOn, combined_exit_code, exit_code
from gpucheck.renderers import View

TYPE_CHECKING = False  # this file is loaded for every command
if TYPE_CHECKING:
    from gpucheck.figures import DeviceFigures


def view_of(
    reports: Sequence[Report],
    fail_on: FailOn,
    output: Path | None,
    *,
    is_list: bool = False,
    is_verbose: bool = False,
    figures: Sequence[tuple[DeviceFigures, ...]] = (),
) -> View:
    """Return the view of some reports; a file gets no colours and every sign."""
    return View(
        exit_codes=tuple(exit_code(report, fail_on) for report in reports),
        exit_code=combined_exit_code(reports, fail_on),
        width=shutil.get_terminal_size((100, 24)).columns,
        is_list=is_list,
        has_colour=output is None and has_colour(),
        has_unicode=output is not None or has_unicode(),
        is_verbose=is_verbose,
        figures=tuple(figures),
    )
