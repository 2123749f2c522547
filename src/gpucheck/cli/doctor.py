"""`gpucheck doctor`: tell whether the GPU will be used, and if not, why and what mends it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.given_file import read_facts, read_lock_file
from gpucheck.cli.project_settings import settings_in_use
from gpucheck.cli.several_outputs import deliver_all, destinations
from gpucheck.cli.sharing import shared
from gpucheck.cli.table_folders import tables_in_use, warn_of_problems
from gpucheck.cli.user_error import UserError
from gpucheck.cli.viewing import view_of
from gpucheck.facts import Facts
from gpucheck.findings import Report
from gpucheck.smoke_tests import SmokeWish
from gpucheck.tables import Tables

TYPE_CHECKING = False  # doctor is to start quickly
if TYPE_CHECKING:
    from gpucheck.figures import DeviceFigures


def doctor(
    python: options.Python = None,
    env: options.Env = None,
    all_envs: Annotated[
        bool, typer.Option("--all-envs", help="Inspect every environment that can be found.")
    ] = False,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE|-", help="Judge a saved snapshot or a pasted report."),
    ] = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    no_import: options.NoImport = False,
    no_smoke: Annotated[
        bool, typer.Option("--no-smoke", help="Compute nothing on the GPU.")
    ] = False,
    level: options.Level = "quick",
    share: options.Share = False,
    format_: options.Format = "text",
    output: options.Outputs = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    require: options.Require = None,
    lock: options.LockFile = None,
    allow_unknown: options.AllowUnknown = False,
    fail_on: options.FailOnSeverity = None,
    verbose: options.Verbose = False,
) -> None:
    """Tell whether the GPU will be used, and if not, why.

    Names the one root cause first, with what was seen and the command that mends it.
    """
    everything = destinations(output or (), format_)
    settings = settings_in_use(
        select or (), ignore or (), require or (), may_be_unknown=allow_unknown
    )
    locked = read_lock_file(lock) if lock else None
    counted = fail_on or settings.fail_on or "error"
    if from_:
        if python or env or all_envs:
            raise UserError("--from judges a file: --python, --env and --all-envs exclude it")
        snapshots = [read_facts(from_, tables_in_use())]
    else:
        smoke = None if no_smoke or no_import else SmokeWish(level=level)
        snapshots = collect_all(python, env, all_envs, timeout, not no_import, smoke)
    if share:
        snapshots = [shared(facts) for facts in snapshots]
    from gpucheck.gate import judged  # after the probes were started: it takes a while

    tables = tables_in_use()

    def judge(facts: Facts) -> Report:
        return judged(facts, tables, settings, locked)

    reports = [*map(judge, snapshots)]
    figures = _figures(snapshots, tables) if level == "full" else ()
    view = view_of(reports, counted, is_list=all_envs, is_verbose=verbose, figures=figures)
    deliver_all(reports, view, everything, lambda: [judge(shared(facts)) for facts in snapshots])
    warn_of_problems(tables)
    raise typer.Exit(view.exit_code)


def _figures(snapshots: list[Facts], tables: Tables) -> list[tuple[DeviceFigures, ...]]:
    from gpucheck.figures import figures_of

    return [figures_of(facts, tables) for facts in snapshots]
