"""`gpucheck tables`: look into the compatibility tables, and bring them up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gpucheck.cli import options
from gpucheck.cli.output import deliver
from gpucheck.cli.refreshing import update, verify
from gpucheck.cli.table_folders import tables_in_use, warn_of_problems
from gpucheck.cli.user_error import UserError
from gpucheck.policy import ExitCode
from gpucheck.visible_text import ascii_json, visible

if TYPE_CHECKING:
    from gpucheck.tables import Source

MAX_CELL = 48
"""Characters of a cell in `show`; the JSON has them all."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What goes with what: look into the compatibility tables, or bring them up to date.",
)
app.command("update")(update)
app.command("verify")(verify)

Format = Annotated[
    Literal["text", "json"], typer.Option("--format", help="How to print the answer.")
]


@app.command("list")
def list_(
    format_: Annotated[
        Literal["text", "json", "markdown"], typer.Option("--format", help="How to print the list.")
    ] = "text",
    output: options.Output = None,
) -> None:
    """List every table: its name, rows, date, and whether a program derives it."""
    from gpucheck.tables import names

    tables = tables_in_use()
    if format_ == "markdown":
        from gpucheck.cli.tables_page import tables_page

        deliver(tables_page(tables), output)
        return
    listed = []
    for name in names():
        table = getattr(tables, name)
        is_shipped = tables.path_of(name).parent == tables.shipped
        listed.append(
            {
                "name": name,
                "rows": len(table.rows),
                "date": table.date,
                "origin": table.origin,
                "from": "gpucheck" if is_shipped else "refreshed",
                "states": table.states,
            }
        )
    if format_ == "json":
        _deliver_json({"tables_date": tables.date, "tables": listed}, output)
    else:
        columns = ("name", "rows", "date", "origin", "from")
        deliver(_in_columns(columns, [[str(row[c]) for c in columns] for row in listed]), output)
    warn_of_problems(tables)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A table, as `gpucheck tables list` names it.")],
    format_: Format = "text",
    output: options.Output = None,
) -> None:
    """Print a table with its sources; `--format json` prints its file."""
    import msgspec

    from gpucheck.answers import near
    from gpucheck.tables import names
    from gpucheck.versions import encode

    if name not in names():
        raise UserError(_no_such("table", name, near(name, names()), "gpucheck tables list"))
    tables = tables_in_use()
    path = tables.path_of(name)
    if format_ == "json":
        deliver(ascii_json(path.read_text("utf-8")), output)
    else:
        table = getattr(tables, name)
        rows = msgspec.to_builtins(table.rows, enc_hook=encode)
        columns = [field for field in rows[0] if field != "sources"] + ["sources"]
        cells = [[_cell(row[column]) for column in columns] for row in rows]
        sources = "".join(f"[{key}] {_source(s)}\n" for key, s in table.sources.items())
        deliver(f"{table.states}\n\n{_in_columns(columns, cells)}\n{sources}", output)
    warn_of_problems(tables)


@app.command()
def query(
    subject: Annotated[str, typer.Argument(help="torch, driver, gpu, cuda, python, message …")],
    value: Annotated[list[str], typer.Argument(help='2.9.1, 535.129, "RTX 3090", 12.8 …')],
    format_: Format = "text",
    output: options.Output = None,
) -> None:
    """Tell what goes with a release, a GPU, a driver or an error; each value with its source."""
    from gpucheck.cli.answering import as_json, as_text, refusal
    from gpucheck.queries import queries
    from gpucheck.queries import query as entry_for

    entry = entry_for(subject)
    if entry is None:
        from gpucheck.answers import near

        subjects = [name for known in queries() for name in known.subjects]
        raise UserError(_no_such("subject", subject, near(subject, subjects), ", ".join(subjects)))
    tables = tables_in_use()
    answer = entry.ask(subject.lower().replace("_", "-"), " ".join(value), tables)
    warn_of_problems(tables)
    if format_ == "json":
        _deliver_json(as_json(answer, tables), output)
    elif answer.stated:
        deliver(as_text(answer), output)
    else:
        typer.echo(f"gpucheck: {refusal(answer, tables)}", err=True)
    raise typer.Exit(ExitCode.OK if answer.stated else ExitCode.COULD_NOT_JUDGE)


def _in_columns(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    )
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    """Return a value as it stands in a column: short, on one line."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        value = [f"{key} {_cell(each)}" for key, each in value.items()]
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    shown = visible(text)
    return shown if len(shown) <= MAX_CELL else f"{shown[: MAX_CELL - 1]}…"


def _source(source: Source) -> str:
    return visible(", ".join(filter(None, (source.title, source.address, source.date))))


def _deliver_json(content: dict[str, Any], output: Path | None) -> None:
    deliver(ascii_json(json.dumps(content, indent=1, ensure_ascii=False) + "\n"), output)


def _no_such(kind: str, asked: str, alike: tuple[str, ...], otherwise: str) -> str:
    hint = f"did you mean {' or '.join(alike[:2])}?" if alike else f"there are: {otherwise}"
    return f"there is no {kind} {asked!r}: {hint}"
