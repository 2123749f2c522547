"""Whether a claim of set-up notes holds, found by its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.tables import Tables
from gpucheck.tables.rows.notes import SetupNoteRow

MAX_FITTING = 4
LEAST_FOUND = 0.5
"""Share of the words asked for that a claim must have."""

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*", re.ASCII)
_EMPTY = re.compile(
    "a|an|and|are|as|at|be|by|can|does|do|for|from|how|i|in|is|it|no|not|of|on|or|the|this|to|use"
    "|with|you|your"
)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.setup_notes
    found = _fitting(value, table.rows)
    asked = f"{subject} {value}"
    if not found:
        return unknown(subject, value, table.name, (row.slug for row in table.rows))
    verdicts = {row.verdict for row in found}
    shown = found[:MAX_FITTING]
    says = [each for row in shown for each in _row(row, table.source_of(row))]
    others = tuple(row.slug for row in found[MAX_FITTING:])
    says += stated("also about it", others, table.source_of(found[0]))
    return Answer(asked, tuple(says), verdict=verdicts.pop() if len(verdicts) == 1 else None)


def _fitting(value: str, rows: tuple[SetupNoteRow, ...]) -> list[SetupNoteRow]:
    """Return the claims that have most of the words, rare ones counting more than frequent ones."""
    exact = [row for row in rows if row.slug == value.lower()]
    words = _words(value)
    of_row = {row.slug: _words(f"{row.slug} {row.claim}") for row in rows}
    frequency = Counter(word for found in of_row.values() for word in found)
    scores = {
        slug: sum(1 / frequency[word] for word in words & found)
        for slug, found in of_row.items()
        if words and len(words & found) >= LEAST_FOUND * len(words)
    }
    best = max(scores.values(), default=0)
    return exact or [row for row in rows if scores.get(row.slug, 0) >= best > 0]


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if not _EMPTY.fullmatch(word)}


def _row(row: SetupNoteRow, source: str) -> Iterator[Stated]:
    yield Stated("claim", (row.claim,), source)
    yield Stated("verdict", (row.verdict,), source)
    yield Stated("why", (row.why,), source)
    yield Stated("instead", (row.what_to_do,), source)
    queries = tuple(f"gpucheck tables query {asked}" for asked in row.shown_by)
    yield from stated("shown by", queries, source)


QUERY = Query(
    subjects=("note",),
    sample="trusted-host",
    shows="whether a claim of set-up notes holds, why, and what to do instead",
    answer=_answer,
)
