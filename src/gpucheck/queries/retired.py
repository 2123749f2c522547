"""Which frameworks are no longer developed, and what replaces them."""

from __future__ import annotations

from gpucheck.answers import Answer, Query, stated, unknown
from gpucheck.tables import Tables


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.retired_frameworks
    asked = value.lower()
    row = next((r for r in table.rows if asked in {r.name.lower(), *r.packages}), None)
    if row is None:
        return unknown(subject, value, table.name, (row.name for row in table.rows))
    source = table.source_of(row)
    says = (
        *stated("retired", row.name, source),
        *stated("last release", row.last_release, source),
        *stated("released", row.last_released, source),
        *stated("instead", row.replaced_by, source),
    )
    return Answer(f"{subject} {value}", says)


QUERY = Query(
    subjects=("retired",),
    sample="theano",
    shows="its last release, and what took its place",
    answer=_answer,
)
