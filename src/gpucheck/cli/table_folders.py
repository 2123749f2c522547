"""Which tables this user uses: those that came with gpucheck, and those the user refreshed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gpucheck.cli.user_error import UserError
from gpucheck.tables import Tables
from gpucheck.visible_text import visible

VARIABLE = "GPUCHECK_TABLES"


def tables_in_use() -> Tables:
    """Return the tables; refreshed ones go before those that came with gpucheck.

    Raises:
        UserError: GPUCHECK_TABLES names no folder.
    """
    named = os.environ.get(VARIABLE)
    if named and not Path(named).is_dir():
        raise UserError(f"{VARIABLE} is {named!r}, which is no folder; unset it or make it one")
    return Tables(refreshed=refreshed_folder())


def refreshed_folder() -> Path:
    """Return the folder of refreshed tables: GPUCHECK_TABLES, else one in the user's cache."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else cache_folder() / "tables"


def cache_folder() -> Path:
    """Return gpucheck's folder in the user's cache; it need not exist."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:  # XDG Base Directory Specification 0.8
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "gpucheck"


def warn_of_problems(tables: Tables) -> None:
    """Say on standard error which refreshed tables could not be used."""
    for problem in tables.problems:
        hint = "the one that came with gpucheck is used; `gpucheck tables update` makes it anew"
        sys.stderr.write(f"gpucheck: {visible(problem)}; {hint}\n")
