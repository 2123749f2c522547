"""`gpucheck tables update` and `verify`: the tables and the package index."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gpucheck.cli.progress import running
from gpucheck.cli.table_folders import VARIABLE, cache_folder, refreshed_folder, tables_in_use
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
    if folder is None:
        raise UserError(f"there is no home folder for a cache: name one with {VARIABLE}")
    try:
        replace(found, folder, _today())
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
    from gpucheck.cli.soundness import faults_of_refreshed, faults_of_shipped
    from gpucheck.tables import names as all_names

    tables = tables_in_use()
    wanted = _known(names, all_names())
    wrong = [*faults_of_shipped(wanted, tables), *faults_of_refreshed(wanted, tables)]
    for fault in wrong:
        typer.echo(visible(fault))
    derived = [] if wrong else [n for n in wanted if getattr(tables, n).origin == "derived"]
    if (index or offline) and derived:
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
    # Without a home nothing is kept; the folder need not be one that can be written.
    cache = Cache((cache_folder() or Path(os.devnull)) / "derive")
    found: list[Change] = []
    try:
        index = Index(configured_here(), cache, is_offline=is_offline)
        for name in wanted:
            with running(f"reading the package index for {name}"):
                found += changes([name], tables, index, _today())
    except (IndexUnreachableError, TableError, ValueError) as error:
        raise CannotAnswerError(f"{error}; the tables stay as they are") from error
    return found


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


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
