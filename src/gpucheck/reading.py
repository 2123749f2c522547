"""A pasted report in, facts out: all readers read it, and what they found is put together.

What a tool printed counts more than what a person typed; of two tools the first in the text. What
nothing states stays "not given". Every line stays as a message, for the rules that know what
programs print.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from gpucheck import readers
from gpucheck.compatibility.matching_lines import Lines
from gpucheck.facts import Facts, SeenMessage, SeenValue, Target
from gpucheck.own_advice import without_advice
from gpucheck.pasted import Line, lines_of
from gpucheck.release import RELEASE
from gpucheck.stated_facts import sections
from gpucheck.statements import Reader, Statement
from gpucheck.tables import Tables

FIRST_FIELD = "gpucheck_release"
"""Only snapshots have it, as gpucheck writes them first."""
_MARK = f'"{FIRST_FIELD}"'.encode()
SHOWN = 300
"""Characters of a line that are kept as evidence."""


@cache
def all_readers() -> tuple[Reader, ...]:
    """Return every entry of `readers/`: those of tools first."""
    names = sorted(path.stem for path in Path(readers.__path__[0]).glob("[!_]*.py"))
    entries = [importlib.import_module(f"gpucheck.readers.{name}").READER for name in names]
    return tuple(sorted(entries, key=lambda reader: reader.source != "tool"))


def snapshot_in(given: bytes) -> bytes | None:
    """Return the snapshot that a text holds, alone or between other lines; None: it holds none."""
    mark = given.find(_MARK)
    if mark < 0:
        return None
    for start in _starts(given, mark):
        snapshot = _snapshot_at(given[start:].decode("utf-8", "replace"))
        if snapshot is not None:
            return snapshot
    # A broken snapshot is to be called one; the remains of one in other text are text.
    return given if given.lstrip()[:1] == b"{" else None


def _starts(given: bytes, mark: int) -> Iterator[int]:
    """Yield where the snapshot around a mark may begin: just before it, or at the start of a line.

    The latter where somebody's tool has sorted the fields.
    """
    before = given[:mark]
    yield from (place for place in [before.rfind(b"{")] if place >= 0)
    yield from sorted({before.rfind(b"\n{") + 1, before.find(b"{")} - {-1})


def _snapshot_at(text: str) -> bytes | None:
    """Return the snapshot, or that of the report, at the start of a text; None: there is none."""
    try:
        found, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if FIRST_FIELD in found:
        return text[:end].encode()
    facts = found.get("facts")
    return json.dumps(facts).encode() if isinstance(facts, dict) and FIRST_FIELD in facts else None


def facts_of_report(pasted: bytes, tables: Tables) -> Facts:
    """Return what a report states.

    Raises:
        NotTextError: it is empty, or no text.
    """
    lines = without_advice(lines_of(pasted))
    statements = _first_of_each(_all_statements(lines))
    return Facts(
        gpucheck_release=RELEASE,
        target=Target(),
        origin="report",
        messages=tuple(SeenMessage(text=line.text, where=f"line {line.number}") for line in lines),
        seen_values=_seen(statements, lines),
        **sections(statements, tables),
    )


def _all_statements(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what every reader finds; a line that a tool printed is no person's to interpret."""
    of_tools: set[int] = set()
    searched = Lines([line.text for line in lines], may_be_wrapped=False)
    for reader in all_readers():
        places = searched.holding(reader.marks, len(lines))
        needed = [lines[place] for place in places] if reader.marks else lines
        for statement in reader.read(needed):
            if reader.source == "tool":
                of_tools.add(statement.line)
            elif statement.line in of_tools and statement.field[0] != "machine":
                continue
            yield statement


def _first_of_each(statements: Iterable[Statement]) -> list[Statement]:
    """Keep the first statement of each field."""
    first: dict[tuple[str, ...], Statement] = {}
    for statement in statements:
        first.setdefault(statement.field, statement)
    return list(first.values())


def _seen(statements: Sequence[Statement], lines: Sequence[Line]) -> tuple[SeenValue, ...]:
    text = {line.number: line.text.strip()[:SHOWN] for line in lines}
    return tuple(
        SeenValue(
            field=".".join(statement.field),
            value=str(statement.value),
            where=f"line {statement.line}",
            text=text[statement.line],
        )
        for statement in statements
    )
