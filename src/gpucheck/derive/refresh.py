"""Bring derived tables up to date in a folder of the user's, or tell how they differ.

In: an index and the tables in use. Out: what changed. A table is replaced whole, after it was
loaded as the product loads it; on any error the one that was there stays.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gpucheck.derive.generator import Generator, all_generators, derive, difference
from gpucheck.derive.index import Index
from gpucheck.tables import DATE_FILE, Table, TableError, Tables
from gpucheck.tables.form import Row, load
from gpucheck.whole_file import write_whole


@dataclass(frozen=True)
class Change:
    """How a table differs from what the index has now."""

    table: str
    rows: tuple[str, ...]  # "+ …" comes, "- …" goes
    text: str  # the table as it would be


def changes(names: Iterable[str], tables: Tables, index: Index, today: str) -> Iterator[Change]:
    """Yield how each derived table differs; releases that came with gpucheck are not read again.

    What an earlier refresh has brought is not taken over: a wrong row goes with the next one.

    Raises:
        IndexUnreachableError: the index, or a wheel, cannot be read.
        TableError: what was derived is no sound table.
    """
    for name in names:
        generator = all_generators()[name]
        before = tables.path_of(name).read_text("utf-8")
        shipped = (tables.shipped / f"{name}.json").read_text("utf-8")
        after = derive(generator, index, today, known=json.loads(shipped)["rows"])
        _check(generator, after)
        yield Change(name, tuple(difference(before, after)), after)


def replace(found: Iterable[Change], folder: Path, today: str) -> None:
    """Write all tables of `found`; each is there as before or as it is now, never half.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for change in found:
        write_whole(change.text, folder / f"{change.table}.json")
    write_whole(f"{today}\n", folder / DATE_FILE)


def _check(generator: Generator, text: str) -> Table[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{generator.name}.json")
        path.write_text(text, "utf-8")
        table = load(path, generator.row)
    if not table.rows:
        raise TableError(f"the index gave no row for {generator.name}")
    return table
