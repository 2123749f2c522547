"""`gpucheck rules`: what is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gpucheck.cli.output import deliver
from gpucheck.diagnose import pages
from gpucheck.findings import Page

MIN_WIDTH = 88
"""Narrower, the names would be cut, and they are there to be copied."""


def rules(
    is_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    pages_folder: Annotated[
        Path | None,
        typer.Option("--pages", metavar="FOLDER", help="Write each rule's page there instead."),
    ] = None,
) -> None:
    """List every rule with its severity and its cause."""
    if is_json:
        import json

        rows = [
            {"id": p.rule.id, "cause": p.rule.cause, "severity": p.rule.severity, "title": p.title}
            for p in pages()
        ]
        deliver(json.dumps(rows, indent=1) + "\n", None)
        return
    if pages_folder:
        for page in pages():
            deliver(as_markdown(page), pages_folder / f"{page.slug}.md")
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


def as_markdown(page: Page) -> str:
    """Return a rule's page for the documentation."""
    rule = page.rule
    text = page.text
    for heading in ("Why", "How we know", "Fix"):
        before, _, after = text.partition(f"{heading}: ")
        text = f"{before}## {heading}\n\n{after[:1].upper()}{after[1:]}"
    head = f"# {rule.id}: {page.title}\n\nCause `{rule.cause}`, {rule.severity}."
    return f"{head}\n\n{text}\n"
