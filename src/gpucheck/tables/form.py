"""The form all compatibility tables share: a head, sources, and one row per line.

In: a file of `compat_tables/`. Out: a `Table` of typed rows, or `TableError`. `write` gives the
form, so that a table which a program made and one edited by hand cannot be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

import msgspec

from gpucheck import versions

T = TypeVar("T")
RowT = TypeVar("RowT", bound="Row")


HEAD = ("name", "states", "date", "origin", "generator")
"""The keys of a table's head, in their order; sources and rows follow."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBERS = re.compile(r"(\d+)")


class TableError(Exception):
    """A table's file is missing or damaged; the text says which and how."""


class Known(msgspec.Struct, Generic[T], frozen=True):
    """An answer, with the sources of the row it comes from."""

    value: T
    source: str


class NotInTable(msgspec.Struct, frozen=True):
    """The table has no row for what was asked."""

    table: str
    asked: str
    date: str

    def __str__(self) -> str:
        return f"{self.asked} is not in the table {self.table} of {self.date}"


class Source(msgspec.Struct, frozen=True):
    """Where rows come from."""

    title: str
    address: str | None
    date: str | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all rows: each names its sources."""

    key: ClassVar[tuple[str, ...]]  # the fields that a row is found and sorted by
    sources: tuple[str, ...]


class Table(msgspec.Struct, Generic[RowT], frozen=True):
    """A table with its head; rows are sorted by their key."""

    name: str
    states: str  # what the table states, in a sentence
    date: str
    origin: Literal["derived", "transcribed"]
    generator: str | None
    sources: dict[str, Source]
    rows: tuple[RowT, ...]

    def source_of(self, row: RowT) -> str:
        """Return title and date of a row's first source, the one that weighs most."""
        source = self.sources[row.sources[0]]
        return f"{source.title}, {source.date}" if source.date else source.title

    def find(self, asked: str, is_it: Callable[[RowT], bool]) -> Known[RowT] | NotInTable:
        """Return the first row that `is_it` accepts; `asked` says in words what is sought."""
        for row in self.rows:
            if is_it(row):
                return Known(row, self.source_of(row))
        return self.lacks(asked)

    def lacks(self, asked: str) -> NotInTable:
        """Return the answer that this table has nothing about what was asked."""
        return NotInTable(self.name, asked, self.date)


def load(path: Path, row: type[RowT]) -> Table[RowT]:
    """Read a table and check every field of every row.

    Raises:
        TableError: the file is missing, is no JSON, or a row has not the form of `row`.
    """
    if not path.is_file():  # a pipe would be waited for
        raise TableError(f"the table {path} cannot be read: there is no such file")
    # The row's type is known at run time only.
    kind: Any = Table[row]  # type: ignore[valid-type]
    try:
        table: Table[RowT] = msgspec.json.decode(
            path.read_bytes(), type=kind, dec_hook=versions.decode
        )
    except OSError as error:
        raise TableError(f"the table {path} cannot be read: {error.strerror}") from error
    except (ValueError, NotImplementedError) as error:  # msgspec's own errors are ValueErrors
        raise TableError(f"the table {path} is damaged: {error}") from error
    if fault := _fault(table, path.stem):
        raise TableError(f"the table {path} is damaged: {fault}")
    return table


def _fault(table: Table[RowT], name: str) -> str | None:
    if table.name != name:
        return f"it is {table.name!r}"
    if not DATE.fullmatch(table.date):
        return f"its date is {table.date!r}"
    if not table.rows:
        return "it has no rows"
    known = set(table.sources)
    unsourced = next((row for row in table.rows if not known.issuperset(row.sources)), None)
    return f"a row names a source it lacks: {unsourced}" if unsourced else None


def order_of(row: dict[str, Any], kind: type[Row]) -> tuple[Any, ...]:
    """Return what a row as JSON is sorted by: its key, with numbers within text as numbers."""
    return tuple(_order_of_value(row[field]) for field in kind.key)


def _order_of_value(value: str | int | None) -> tuple[int, list[tuple[int, int, str]]]:
    if value is None:
        return 0, []  # an open beginning comes first
    parts = [part for part in _NUMBERS.split(str(value)) if part]
    return 1, [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def faults(path: Path, kind: type[Row]) -> Iterator[str]:
    """Yield what is wrong with the form of a table that can be loaded."""
    import itertools
    import json

    text = path.read_text("utf-8")
    head = json.loads(text)
    rows = head.pop("rows")
    if write(head, rows, kind) != text:
        yield "its rows are not sorted, or not written as the form asks"
    keys = [order_of(row, kind) for row in rows]
    if any(first == second for first, second in itertools.pairwise(sorted(keys))):
        yield "two rows have the same key"
    used = {source for row in rows for source in row["sources"]}
    if left_over := sorted(set(head["sources"]) - used):
        yield f"no row names the source {left_over[0]}"


def write(head: dict[str, Any], rows: list[dict[str, Any]], kind: type[Row]) -> str:
    """Return the text of a table: a line for each key of the head, each source and each row.

    Rows are sorted by their key, and their fields stand as in `kind`, the sources last.
    """
    import json  # a millisecond, and no diagnosis writes tables

    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    fields = (*(name for name in kind.__struct_fields__ if name != "sources"), "sources")
    lines = [f" {one(name)}: {one(head[name])}" for name in HEAD]
    sources = [f"  {one(name)}: {one(source)}" for name, source in sorted(head["sources"].items())]
    shown = [
        "  " + one({name: row[name] for name in fields})
        for row in sorted(rows, key=lambda row: order_of(row, kind))
    ]
    parts = [
        *lines,
        ' "sources": {\n' + ",\n".join(sources) + "\n }",
        ' "rows": [\n' + ",\n".join(shown) + "\n ]",
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"
