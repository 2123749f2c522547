"""`gpucheck lock`: write down what matters of a machine on which all is well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.output import deliver
from gpucheck.cli.table_folders import tables_in_use
from gpucheck.cli.user_error import UserError
from gpucheck.policy import ExitCode


def lock(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = Path(
        "gpucheck.lock"
    ),
    python: options.Python = None,
    env: options.Env = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    force: Annotated[
        bool, typer.Option("--force", help="Also where the doctor finds an error.")
    ] = False,
) -> None:
    """Write what matters of this machine, on which all is well, into a lock file.

    `gpucheck doctor --lock FILE` reports what is different later, or elsewhere.
    """
    (facts,) = collect_all(python, env, False, timeout, True)
    from gpucheck import diagnose
    from gpucheck.lock import lock_of, to_text

    tables = tables_in_use()
    errors = [f for f in diagnose.diagnose(facts, tables).findings if f.severity == "error"]
    if errors and not force:
        found = f"{errors[0].rule}: {errors[0].message}"
        raise UserError(
            f"not written, since something is wrong here ({found}); see gpucheck doctor"
        )
    deliver(to_text(lock_of(facts, tables.date)), file)
    raise typer.Exit(ExitCode.OK)
