"""Which frameworks are no longer developed, and what replaces them."""

from __future__ import annotations

from gpucheck.answers import Answer, Query, told, unknown
from gpucheck.tables import Tables

TOPICS = {
    "name": "retired",
    "last_release": "last release",
    "last_released": "released",
    "replaced_by": "instead",
}


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.retired_frameworks
    asked = value.lower()
    row = next((r for r in table.rows if asked in {r.name.lower(), *r.packages}), None)
    if row is None:
        return unknown(subject, value, table.name, (row.name for row in table.rows))
    return Answer(f"{subject} {value}", told(row, TOPICS, table.source_of(row)))


QUERY = Query(
    subjects=("retired",),
    sample="theano",
    shows="its last release, and what took its place",
    answer=_answer,
)
