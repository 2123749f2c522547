"""Read a snapshot that `gpucheck facts` wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from gpucheck.cli.user_error import UserError
from gpucheck.facts import Facts, SnapshotError, from_json

SIZE_CAP_BYTES = 10 << 20


def read_snapshot(path: Path) -> Facts:
    """Read a snapshot from a file, or from standard input when the path is "-".

    Raises:
        UserError: no such file, too large, or no snapshot.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        text = _read(path)
    except OSError as error:
        raise UserError(f"cannot read {name}: {error.strerror or error}") from error
    if len(text) > SIZE_CAP_BYTES:
        raise UserError(f"{name} is larger than {SIZE_CAP_BYTES >> 20} MiB: no snapshot")
    try:
        return from_json(text)
    except SnapshotError as error:
        raise UserError(f"{name}: {error}") from error


def _read(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(SIZE_CAP_BYTES + 1)
    with path.open("rb") as file:
        return file.read(SIZE_CAP_BYTES + 1)
