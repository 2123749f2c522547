"""`gpucheck diff`: what differs between two machines, or since it worked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Literal

import typer

from gpucheck.cli.given_file import read_lock_or_facts
from gpucheck.cli.output import deliver
from gpucheck.cli.sharing import shared
from gpucheck.cli.table_folders import tables_in_use
from gpucheck.cli.user_error import CannotAnswerError
from gpucheck.policy import ExitCode
from gpucheck.visible_text import unobeyed, visible

TYPE_CHECKING = False  # this file is loaded for every command
if TYPE_CHECKING:
    from gpucheck.differences import Difference

LEAST_COLUMN = 12


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="A snapshot, lock file or pasted report.")
    ],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="Another one; or -.")],
    format_: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print it.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
    ] = None,
) -> None:
    """Tell what differs between two snapshots, locks or reports: what changed since it worked.

    Exit code 0: nothing, 1: something, 4: one of them says nothing of a machine.
    """
    found = _found(before, after)
    if format_ == "json":
        import msgspec

        from gpucheck.visible_text import ascii_json

        text = ascii_json(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        deliver(text + "\n", output)
    else:
        deliver(_table(found), output)
    raise typer.Exit(ExitCode.FINDINGS if found else ExitCode.OK)


def _found(before: Path, after: Path) -> tuple[Difference, ...]:
    """Compare two files; what is compared with a lock file is compared in what that holds."""
    from gpucheck.differences import differences, differences_of_locks, says_nothing
    from gpucheck.lock import Lock

    tables = tables_in_use()
    old, new = (read_lock_or_facts(path, tables) for path in (before, after))
    for path, each in ((before, old), (after, new)):
        if says_nothing(each):
            raise CannotAnswerError(f"{path} says nothing of a machine that could be compared")
    if isinstance(old, Lock) or isinstance(new, Lock):
        return differences_of_locks(old, new)
    if old.is_redacted != new.is_redacted:  # a name that is hidden in one is no difference
        old, new = shared(old), shared(new)
    return differences(old, new)


def _table(found: tuple[Difference, ...]) -> str:
    """Return one line for each difference, by area."""
    if not found:
        return "nothing differs\n"
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in ("", "what", "before", "after"):
        table.add_column(title, overflow="fold", min_width=LEAST_COLUMN if title else None)
    last = None
    for each in found:
        cells = ("" if each.area == last else each.area, each.what, each.before, each.after)
        table.add_row(*(Text(unobeyed(visible("-" if cell is None else cell))) for cell in cells))
        last = each.area
    console = Console(width=shutil.get_terminal_size((100, 24)).columns, color_system=None)
    with console.capture() as capture:
        console.print(table)
    lines = (line.rstrip() for line in capture.get().splitlines())
    return "\n".join(lines) + "\n"
