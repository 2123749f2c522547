"""`gpucheck facts`: the snapshot of this machine, to keep or to share."""

from __future__ import annotations

from typing import Annotated

import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.output import deliver
from gpucheck.facts import json_schema, to_json
from gpucheck.visible_text import visible_json


def facts(
    python: options.Python = None,
    env: options.Env = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    no_import: options.NoImport = False,
    output: options.Output = None,
    share: Annotated[
        bool,
        typer.Option("--share", help="Leave out names, hosts, UUIDs and private paths."),
    ] = False,
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
        from gpucheck.redact import redact

        snapshot = redact(snapshot, private_names=_private_names())
    deliver(visible_json(to_json(snapshot).decode()), output)


def _private_names() -> list[str]:
    import getpass
    import platform

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    host = platform.node()
    return [name for name in (user, host, host.split(".")[0]) if name and name != "root"]
