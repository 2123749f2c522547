"""What the tables tell of every release of a framework, CPU or CUDA, in one shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from gpucheck.tables import Row, Tables

TABLES = {
    "torch": "torch_index_wheels",
    "tensorflow": "tensorflow_wheels",
    "jax": "jax_wheels",
    "cupy": "cupy_wheels",
    "numba": "numba_wheels",
    "onnxruntime": "onnxruntime_wheels",
}
"""The table of each framework's wheels on the package index."""


class ReleaseWheel(msgspec.Struct, frozen=True):
    """The wheels of one release, for one platform or several."""

    row: Row
    package: str | None  # "tensorflow-gpu"; None: the table holds one package alone
    release: str
    released: str | None  # "2024-06-16"
    requires: tuple[str, ...]
    python: tuple[str, ...]
    platforms: tuple[str, ...]


def wheels_of(name: str, tables: Tables) -> Iterator[ReleaseWheel]:
    """Yield the wheels of a framework; none for one that has no such table."""
    if name not in TABLES:
        return
    rows: tuple[Any, ...] = getattr(tables, TABLES[name]).rows
    for row in rows:
        package = getattr(row, "package", None)
        if name == "numba" and package != "numba":
            continue  # numba-cuda has releases of its own
        yield ReleaseWheel(
            row=row,
            package=package,
            release=row.torch if name == "torch" else row.release,
            released=row.released,
            requires=row.requires or (),
            python=row.python,
            platforms=row.platforms if hasattr(row, "platforms") else (row.platform,),
        )
