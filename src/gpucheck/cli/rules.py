"""`gpucheck rules`: what is judged."""

from __future__ import annotations

from typing import Annotated

import typer

from gpucheck.cli.output import deliver

MIN_WIDTH = 88
"""Narrower, the names would be cut, and they are there to be copied."""


def rules(
    is_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List every rule with its severity and its cause."""
    from gpucheck.diagnose import pages  # this file is loaded for every command

    if is_json:
        import json

        rows = [
            {"id": p.rule.id, "cause": p.rule.cause, "severity": p.rule.severity, "title": p.title}
            for p in pages()
        ]
        deliver(json.dumps(rows, indent=1) + "\n", None)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("rule", "severity", "cause", "what it says", box=None, pad_edge=False)
    for page in pages():
        table.add_row(page.rule.id, page.rule.severity, page.rule.cause, page.title)
    console = Console()
    console.width = max(console.width, MIN_WIDTH)
    with console.capture() as shown:
        console.print(table)
    deliver(shown.get(), None)
