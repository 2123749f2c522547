"""`gpucheck tables update` and `verify`: the tables and the package index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gpucheck.cli.progress import running
from gpucheck.cli.table_folders import cache_folder, refreshed_folder, tables_in_use
from gpucheck.cli.user_error import CannotAnswerError, UserError
from gpucheck.policy import ExitCode
from gpucheck.visible_text import visible

if TYPE_CHECKING:
    from gpucheck.derive.refresh import Change
    from gpucheck.tables import Tables

MAX_SHOWN = 20
EXTRA = "gpucheck-doctor[update]"

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Tables; default: all.")
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Use only what earlier runs have read of the index.")
]


def update(names: Names = None, offline: Offline = False) -> None:
    """Bring the derived tables up to date from the package index, into your cache.

    Only new releases are read, a small part of each wheel. A table is replaced when all could be
    derived and loaded; GPUCHECK_TABLES names another folder than the cache.
    """
    tables = tables_in_use()
    found = _changes(names, tables, is_offline=offline)
    from gpucheck.derive.refresh import replace

    folder = refreshed_folder()
    try:
        replace(found, folder)
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror or error}") from error
    for change in found:
        typer.echo(f"{change.table}: {_count(change)}")
    typer.echo(f"{len(found)} tables are up to date in {folder}")


def verify(
    names: Names = None,
    index: Annotated[
        bool, typer.Option("--index", help="Also look for releases that the tables lack.")
    ] = False,
    offline: Offline = False,
) -> None:
    """Check every table's form, rows and sources; exit with 1 if one is damaged or outdated."""
    from gpucheck.tables import names as all_names
    from gpucheck.tables.form import faults

    tables = tables_in_use()
    wrong = []
    for name in _known(names, all_names()):
        for fault in faults(tables.path_of(name), type(getattr(tables, name).rows[0])):
            wrong.append(name)
            typer.echo(f"{name}: {visible(fault)}")
    for problem in tables.problems:
        wrong.append("refreshed")
        typer.echo(visible(problem))
    if index or offline:
        derived = [name for name in names or () if getattr(tables, name).origin == "derived"]
        for change in _changes(derived, tables, is_offline=offline):
            wrong += [change.table] if change.rows else []
            typer.echo(f"{change.table}: {_count(change)}")
            for row in change.rows[:MAX_SHOWN]:
                typer.echo(f"  {visible(row)}")
    if wrong:
        raise typer.Exit(ExitCode.FINDINGS)
    typer.echo("all tables are sound")


def _changes(names: list[str] | None, tables: Tables, *, is_offline: bool) -> list[Change]:
    """Return how the derived tables differ from the index.

    Raises:
        UserError: the extra is missing, or a name is not that of a derived table.
        CannotAnswerError: the index cannot be read.
    """
    try:
        from gpucheck.derive.cache import Cache
        from gpucheck.derive.generator import all_generators
        from gpucheck.derive.index import Index
        from gpucheck.derive.index_address import configured_here
        from gpucheck.derive.refresh import changes
        from gpucheck.derive.remote_wheel import IndexUnreachableError
        from gpucheck.tables import TableError
    except ModuleNotFoundError as error:
        needs = f"this needs {error.name}, which comes with the extra: pip install '{EXTRA}'"
        raise UserError(needs) from error
    wanted = _known(names, tuple(all_generators()))
    cache = Cache(cache_folder() / "derive")
    today = datetime.now(UTC).date().isoformat()
    found: list[Change] = []
    try:
        index = Index(configured_here(), cache, is_offline=is_offline)
        for name in wanted:
            with running(f"reading the package index for {name}"):
                found += changes([name], tables, index, today)
    except (IndexUnreachableError, TableError, ValueError) as error:
        raise CannotAnswerError(f"{error}; the tables stay as they are") from error
    return found


def _known(names: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise UserError(f"there is no table {unknown[0]!r} to do this with: {', '.join(known)}")
    return tuple(names or known)


def _count(change: Change) -> str:
    if not change.rows:
        return "no difference"
    come = sum(row.startswith("+") for row in change.rows)
    return f"{come} rows new, {len(change.rows) - come} gone"
