"""What an entry of `generators/` exports, and how it becomes a table's text."""

from __future__ import annotations

import difflib
import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from gpucheck.derive import generators
from gpucheck.derive.index import Index
from gpucheck.tables.form import Row, write

SOURCE = "index"
SETTLED_DAYS = 60


@dataclass(frozen=True)
class Generator:
    """How one table is made from the package index."""

    name: str  # the table's
    states: str  # what a row claims and what null means there, in a sentence or two
    reads: str  # which part of the index, as the title of the table's source
    row: type[Row]
    rows: Callable[[Index], Iterable[dict[str, Any]]]  # all fields but `sources`
    release: Callable[[dict[str, Any]], tuple[str, str]] | None = None
    """The project and the release that a row is about. None: rows can only be made all at once."""


def all_generators() -> dict[str, Generator]:
    """Return every generator by the name of its table."""
    found = {}
    for entry in pkgutil.iter_modules(generators.__path__):
        module = importlib.import_module(f"{generators.__name__}.{entry.name}")
        found[module.GENERATOR.name] = module.GENERATOR
    return found


def derive(
    generator: Generator, index: Index, today: str, known: Iterable[dict[str, Any]] = ()
) -> str:
    """Return the table's text as the index has it now.

    Releases of the `known` rows are not read again once they are settled.

    Raises:
        IndexUnreachableError: the index, or a wheel, cannot be read.
        ValueError: a wheel has a form that the generator does not know; the text names it.
    """
    kept = [row for row in known if _is_settled(row, today)] if generator.release else []
    if generator.release:
        index = index.without({generator.release(row) for row in kept})
    rows = [*kept, *({**row, "sources": [SOURCE]} for row in generator.rows(index))]
    head = {
        "name": generator.name,
        "states": generator.states,
        "date": today,
        "origin": "derived",
        "generator": f"{generators.__name__}.{generator.name}",
        "sources": {SOURCE: {"title": generator.reads, "address": None, "date": today}},
    }
    return write(head, rows, generator.row)


def _is_settled(row: dict[str, Any], today: str) -> bool:
    """Tell whether a release is old enough that no wheels are added to it or withdrawn."""
    if not {"released", "uploaded"} & set(row):
        return True
    day = row.get("released") or row.get("uploaded")
    return (
        day is not None
        and (date.fromisoformat(today) - date.fromisoformat(day)).days > SETTLED_DAYS
    )


def difference(before: str | None, after: str) -> list[str]:
    """Return the rows that go ("- …") and come ("+ …"); none: the tables state the same.

    A new date alone is no difference.
    """
    old, new = (_rows(text) if text else [] for text in (before, after))
    changed = difflib.unified_diff(old, new, n=0, lineterm="")
    return [line for line in changed if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def _rows(text: str) -> list[str]:
    table = json.loads(text)
    rows = [json.dumps(row, ensure_ascii=False) for row in table["rows"]]
    return [table["states"], *(s["title"] for s in table["sources"].values()), *rows]
