"""`gpucheck facts`: the snapshot of this machine, to keep or to share."""

from __future__ import annotations

from typing import Annotated

import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.output import deliver
from gpucheck.cli.sharing import shared
from gpucheck.facts import json_schema, to_json
from gpucheck.visible_text import ascii_json


def facts(
    python: options.Python = None,
    env: options.Env = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    no_import: options.NoImport = False,
    output: options.Output = None,
    share: options.Share = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of snapshots instead.")
    ] = False,
) -> None:
    """Print all that is known about this machine, as JSON.

    `gpucheck doctor --from FILE` judges it later, on any machine.
    """
    # Imported here: this file is loaded for every command.
    if schema:
        import json

        deliver(json.dumps(json_schema(), indent=1, sort_keys=True) + "\n", output)
        return
    (snapshot,) = collect_all(python, env, False, timeout, not no_import)
    if share:
        snapshot = shared(snapshot)
    deliver(ascii_json(to_json(snapshot).decode()), output)
