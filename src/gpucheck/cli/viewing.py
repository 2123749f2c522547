"""How a report is to be shown here: exit codes, the terminal's width, colours and signs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from gpucheck.findings import Report
from gpucheck.policy import FailOn, combined_exit_code, counted, exit_code
from gpucheck.renderers import View

TYPE_CHECKING = False  # this file is loaded for every command
if TYPE_CHECKING:
    from gpucheck.figures import DeviceFigures


def view_of(
    reports: Sequence[Report],
    fail_on: FailOn,
    *,
    is_list: bool = False,
    is_verbose: bool = False,
    figures: Sequence[tuple[DeviceFigures, ...]] = (),
) -> View:
    """Return the view of some reports; colours and signs are up to where it goes."""
    from gpucheck.diagnose import pages  # this file is loaded for every command

    return View(
        exit_codes=tuple(exit_code(report, fail_on) for report in reports),
        exit_code=combined_exit_code(reports, fail_on),
        width=shutil.get_terminal_size((100, 24)).columns,
        is_list=is_list,
        is_verbose=is_verbose,
        rules=pages(),
        counted=counted(fail_on),
        figures=tuple(figures),
    )
