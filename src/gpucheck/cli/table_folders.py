"""Which tables this user uses: those that came with gpucheck, and those the user refreshed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gpucheck.cli.output import complain
from gpucheck.cli.user_error import UserError

if TYPE_CHECKING:
    from gpucheck.tables import Tables

VARIABLE = "GPUCHECK_TABLES"


def tables_in_use() -> Tables:
    """Return the tables; refreshed ones go before those that came with gpucheck.

    Raises:
        UserError: GPUCHECK_TABLES names no folder.
    """
    named = os.environ.get(VARIABLE)
    if named and not Path(named).is_dir():
        raise UserError(f"{VARIABLE} is {named!r}, which is no folder; unset it or make it one")
    from gpucheck.tables import Tables  # this file is loaded for every command

    return Tables(refreshed=refreshed_folder())


def refreshed_folder() -> Path | None:
    """Return the folder of refreshed tables: GPUCHECK_TABLES, else one in the user's cache.

    None: this user has no place for a cache.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    cache = cache_folder()
    return cache / "tables" if cache else None


def cache_folder() -> Path | None:
    """Return gpucheck's folder in the user's cache, which need not exist; None: no home."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local")
    elif sys.platform == "darwin":
        base = Path("~/Library/Caches")
    else:  # XDG Base Directory Specification 0.8, which has a relative path ignored
        named = Path(os.environ.get("XDG_CACHE_HOME", ""))
        base = named if named.is_absolute() else Path("~/.cache")
    try:
        folder = base.expanduser()
    except RuntimeError:  # no HOME, and nobody by this number
        return None
    has_home = folder.is_absolute() and folder != Path("/.cache")  # that is an empty HOME's
    return folder / "gpucheck" if has_home else None


def warn_of_problems(tables: Tables) -> None:
    """Say on standard error which refreshed tables could not be used."""
    for problem in tables.problems:
        hint = (
            "the one that came with gpucheck is used: delete the file, or let"
            " `gpucheck tables update` make the derived ones anew"
        )
        complain(f"{problem}; {hint}")
