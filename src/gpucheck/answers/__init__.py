"""What the tables say about one thing, in one shape for screens and programs.

`queries/` has the questions. Here is the shape of an answer, and what the questions share: which
release a value means (`releases`), and what supports a GPU (`devices`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

import msgspec

from gpucheck.tables import Tables

MAX_ASKED_CHARACTERS = 200
NEAR_ENOUGH = 0.5
MAX_NEAR = 5


class Stated(msgspec.Struct, frozen=True):
    """One statement of the tables."""

    topic: str  # "Python"
    values: tuple[str, ...]  # ("3.10", "3.11"); several are shown in one list
    source: str


class Answer(msgspec.Struct, frozen=True):
    """All that the tables say about what was asked; nothing stated: they do not know it."""

    asked: str  # "torch 2.9.1"
    stated: tuple[Stated, ...] = ()
    near: tuple[str, ...] = ()  # what they know instead, when they do not know this
    table: str | None = None  # which table lacks it
    verdict: str | None = None  # where a claim was asked about: "contradicted"


class Query(msgspec.Struct, frozen=True):
    """One entry of `queries/`."""

    subjects: tuple[str, ...]  # the words it answers to; the first is the usual one
    sample: str  # a value to ask for: "2.9.1"
    shows: str  # what the answer holds, for the help
    answer: Callable[[str, str, Tables], Answer]  # subject as asked, value in one line, tables
    max_characters: int = MAX_ASKED_CHARACTERS  # of a value; what is longer is cut off

    def ask(self, subject: str, value: str, tables: Tables) -> Answer:
        """Return what the tables say about a value, which may be any text at all."""
        return self.answer(subject, " ".join(value[: self.max_characters].split()), tables)


def unknown(subject: str, value: str, table: str, known: Iterable[str]) -> Answer:
    """Return the answer that `table` lacks a value, with those it has that look like it."""
    return Answer(f"{subject} {value}", near=near(value, known), table=table)


def near(value: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known values most like `value`, the most alike first.

    Releases of the same major and minor count as alike, whatever their patch: the last of them.
    """
    entries = list(dict.fromkeys(known))
    short = value[:MAX_ASKED_CHARACTERS].lower()
    beginning = ".".join(short.split(".")[:2])
    related = [entry for entry in entries if entry.lower().startswith(beginning)] if short else []
    by_lower = {entry.lower(): entry for entry in entries}
    alike = difflib.get_close_matches(short, by_lower, MAX_NEAR, NEAR_ENOUGH)
    found = [*reversed(related), *(by_lower[entry] for entry in alike)]
    return tuple(dict.fromkeys(found))[:MAX_NEAR]


def stated(topic: str, value: object, source: str) -> tuple[Stated, ...]:
    """Return a statement, or none when the table's value is unknown (None or empty)."""
    if value is None or value in ((), ""):
        return ()
    values = tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)
    return (Stated(topic, values, source),)
