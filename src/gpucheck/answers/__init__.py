"""What the tables say about one thing, in one shape for screens and programs.

`queries/` has the questions. Here is the shape of an answer, and what the questions share: which
release a value means (`releases`), what is near a value that is not known (`nearness`), and what
supports a GPU (`devices`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec

from gpucheck.answers.nearness import MAX_ASKED_CHARACTERS, MAX_NEAR, extent, near
from gpucheck.tables import Row, Table, Tables
from gpucheck.tables.form import RowT

__all__ = [
    "MAX_ASKED_CHARACTERS",
    "MAX_NEAR",
    "Answer",
    "Query",
    "Stated",
    "main_source",
    "near",
    "stated",
    "told",
    "unknown",
]


class Stated(msgspec.Struct, frozen=True):
    """One statement of the tables."""

    topic: str  # "Python"
    values: tuple[str, ...]  # ("3.10", "3.11"); several are shown in one list
    source: str
    address: str | None = None  # of the source; `Query.ask` looks it up


class Answer(msgspec.Struct, frozen=True):
    """All that the tables say about what was asked; nothing stated: they do not know it."""

    asked: str  # "torch 2.9.1"
    stated: tuple[Stated, ...] = ()
    near: tuple[str, ...] = ()  # what they know instead, when they do not know this
    known: str | None = None  # what they know in short, where nothing is near: "1.0 to 2.15.0"
    table: str | None = None  # which table lacks it
    verdict: str | None = None  # where a claim was asked about: "contradicted"
    sample: str | None = None  # where no value was given: what can be asked


class Query(msgspec.Struct, frozen=True):
    """One entry of `queries/`."""

    subjects: tuple[str, ...]  # the words it answers to; the first is the usual one
    sample: str  # a value to ask for: "2.9.1"
    shows: str  # what the answer holds, for the help
    answer: Callable[[str, str, Tables], Answer]  # subject as asked, value in one line, tables
    max_characters: int = MAX_ASKED_CHARACTERS  # of a value; what is longer is cut off
    packages: str | None = None  # packages that are subjects too, as a pattern: "mxnet-cu\\w+"

    def ask(self, subject: str, value: str, tables: Tables) -> Answer:
        """Return what the tables say about a value, which may be any text at all."""
        asked = " ".join(value[: self.max_characters].split())
        answer = self.answer(subject, asked, tables)
        if not asked:
            return Answer(subject, table=answer.table, sample=f"{self.subjects[0]} {self.sample}")
        addresses = _addresses(tables)
        says = (
            msgspec.structs.replace(each, address=addresses.get(each.source))
            for each in answer.stated
        )
        return msgspec.structs.replace(answer, stated=tuple(says))


def _addresses(tables: Tables) -> dict[str, str | None]:
    """Return the address of each source of the tables in use, by what `source_of` calls it."""
    every = (source for table in tables.loaded.values() for source in table.sources.values())
    return {f"{s.title}, {s.date}" if s.date else s.title: s.address for s in every}


def unknown(subject: str, value: str, table: str, known: Iterable[str]) -> Answer:
    """Return the answer that `table` lacks a value, with those it has that look like it."""
    entries = list(dict.fromkeys(known))
    alike = near(value, entries)
    has = None if alike else extent(entries)
    return Answer(f"{subject} {value}", near=alike, known=has, table=table)


def stated(topic: str, value: object, source: str) -> tuple[Stated, ...]:
    """Return a statement, or none when the table's value is unknown (None or empty)."""
    if value is None or value in ((), ""):
        return ()
    values = tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)
    return (Stated(topic, values, source),)


def told(row: Row, fields: Mapping[str, str], source: str) -> tuple[Stated, ...]:
    """Return a statement for each field of a row that is known; `fields` holds their topics."""
    found = (stated(topic, getattr(row, field), source) for field, topic in fields.items())
    return tuple(each for statements in found for each in statements)


def main_source(table: Table[RowT], rows: Iterable[RowT]) -> str:
    """Return the source of most of the rows that a statement sums up; of equals the newest."""
    counted = Counter(table.source_of(row) for row in reversed(list(rows)))
    return counted.most_common(1)[0][0]
