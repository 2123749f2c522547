"""Read a given file: a snapshot of `gpucheck facts`, text that somebody pasted, or a lock."""

from __future__ import annotations

import sys
from pathlib import Path

from gpucheck.cli.user_error import UserError
from gpucheck.facts import Facts, SnapshotError, from_json
from gpucheck.tables import Tables

TYPE_CHECKING = False  # this file is loaded for every command
if TYPE_CHECKING:
    from gpucheck.lock import Lock

SIZE_CAP_BYTES = 10 << 20


def read_facts(path: Path, tables: Tables) -> Facts:
    """Read a snapshot or a report from a file, or from standard input when the path is "-".

    Raises:
        UserError: no such file, too large, a snapshot of a newer gpucheck, or no text.
    """
    from gpucheck.lock import is_meant_as_lock

    name, given = _given(path)
    if is_meant_as_lock(given):
        raise UserError(f"{name} is a lock file: give it to --lock, or to gpucheck diff")
    return _facts(name, given, tables)


def read_lock_or_facts(path: Path, tables: Tables) -> Lock | Facts:
    """Read a lock file, a snapshot or a report, whichever it is.

    Raises:
        UserError: it cannot be read, or is none of them.
    """
    from gpucheck.lock import LockError, is_meant_as_lock, read_lock

    name, given = _given(path)
    try:
        return read_lock(given)
    except LockError as error:
        if is_meant_as_lock(given):
            raise UserError(f"{name}: {error}") from error
        return _facts(name, given, tables)


def _facts(name: str, given: bytes, tables: Tables) -> Facts:
    from gpucheck.pasted import NotTextError  # readers are for reports only
    from gpucheck.reading import facts_of_report, snapshot_in

    try:
        snapshot = snapshot_in(given)
        return from_json(snapshot) if snapshot else facts_of_report(given, tables)
    except (SnapshotError, NotTextError) as error:
        raise UserError(f"{name}: {error}") from error


def read_lock_file(path: Path) -> Lock:
    """Return the lock in a file.

    Raises:
        UserError: it cannot be read, or is none.
    """
    from gpucheck.lock import LockError, read_lock  # few ask for it

    name, given = _given(path)
    try:
        return read_lock(given)
    except LockError as error:
        raise UserError(f"{name}: {error}") from error


def _given(path: Path) -> tuple[str, bytes]:
    """Return what a file is called, and its content."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        given = _read(path)
    except OSError as error:
        raise UserError(f"cannot read {name}: {error.strerror or error}") from error
    if len(given) > SIZE_CAP_BYTES:
        raise UserError(
            f"{name} is larger than {SIZE_CAP_BYTES >> 20} MiB: give the part that matters"
        )
    return name, given


def _read(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(SIZE_CAP_BYTES + 1)
    with path.open("rb") as file:
        return file.read(SIZE_CAP_BYTES + 1)
