"""`gpucheck rules`: what is judged."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gpucheck.diagnose import pages


def rules(
    is_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List every rule with its severity and its cause."""
    if is_json:
        rows = [
            {"id": p.rule.id, "cause": p.rule.cause, "severity": p.rule.severity, "title": p.title}
            for p in pages()
        ]
        typer.echo(json.dumps(rows, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("rule", "severity", "cause", "what it says", box=None, pad_edge=False)
    for page in pages():
        table.add_row(page.rule.id, page.rule.severity, page.rule.cause, page.title)
    Console().print(table)
