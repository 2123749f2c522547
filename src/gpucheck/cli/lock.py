"""`gpucheck lock`: write down what matters of a machine on which all is well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.output import complain, deliver
from gpucheck.cli.project_settings import settings_in_use
from gpucheck.cli.table_folders import tables_in_use
from gpucheck.findings import Report
from gpucheck.policy import ExitCode, exit_code
from gpucheck.settings import Settings


def lock(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = Path(
        "gpucheck.lock"
    ),
    python: options.Python = None,
    env: options.Env = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    force: Annotated[bool, typer.Option("--force", help="Write it nevertheless.")] = False,
) -> None:
    """Write what matters of this machine, on which all is well, into a lock file.

    `gpucheck doctor --lock FILE` reports what is different later, or elsewhere. Nothing is written
    where the doctor finds an error or CUDA shows no GPU (exit code 1), or too little is known (4).
    """
    settings = _of_machine(settings_in_use(()))
    (facts,) = collect_all(python, env, False, timeout, True)
    from gpucheck.gate import judged
    from gpucheck.lock import lock_of, to_text

    tables = tables_in_use()
    report = judged(facts, tables, settings)
    why_not = None if force else _why_not(report)
    if why_not:
        code, words = why_not
        complain(f"not written: {words}; --force writes it nevertheless")
        raise typer.Exit(code)
    deliver(to_text(lock_of(facts, tables.date)), file)
    raise typer.Exit(ExitCode.OK)


def _of_machine(settings: Settings) -> Settings:
    """Return the settings by which a machine is good: nothing is computed, and all is heard."""
    required = tuple(each for each in settings.require if each.name != "smoke")
    return msgspec.structs.replace(settings, select=(), require=required)


def _why_not(report: Report) -> tuple[ExitCode, str] | None:
    """Return why this is no machine to compare others with; None: it is one."""
    code = exit_code(report)
    if code == ExitCode.FINDINGS:
        gravest = report.findings[0]
        return code, f"something is wrong here ({gravest.rule}: {gravest.message})"
    if code:
        return code, "too little is known of this machine"
    if not report.facts.cuda_driver.value.devices:
        return ExitCode.FINDINGS, "CUDA shows no GPU here"
    return None
