"""What a message that someone saw means, and which rule is about it."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, near, stated
from gpucheck.compatibility.messages import LONGEST_LINE, kernel_messages_in, messages_in
from gpucheck.tables import Tables
from gpucheck.tables.rows.errors import ErrorMessageRow, KernelLogPatternRow

MAX_SHOWN = 4
MAX_ALIKE = 2
SHORTEST = 8
"""Characters of what may resemble a message; less is the beginning of too many."""


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    seen = messages_in(value, tables)[:MAX_SHOWN]
    logged = kernel_messages_in(value, tables)[:MAX_SHOWN]
    says = [each for row in seen for each in _message(row, tables)]
    says += [each for row in logged for each in _logged(row, tables)]
    if not says:
        table = tables.error_messages
        alike = near(value, (row.example for row in table.rows)) if len(value) > SHORTEST else ()
        return Answer(f"{subject} {value}", near=alike[:MAX_ALIKE], table=table.name)
    return Answer(f"{subject} {value}", tuple(says))


def _message(row: ErrorMessageRow, tables: Tables) -> Iterator[Stated]:
    source = tables.error_messages.source_of(row)
    yield Stated("means", (row.meaning,), source)
    yield from stated("printed by", row.printed_by, source)
    yield _cause(row.cause, row.certainty, source)
    yield Stated("rule", (row.rule,), source)


def _logged(row: KernelLogPatternRow, tables: Tables) -> Iterator[Stated]:
    source = tables.kernel_log_patterns.source_of(row)
    yield Stated("means", (row.meaning,), source)
    yield Stated("printed by", ("the kernel",), source)
    yield _cause(row.cause, "proves", source)
    yield Stated("rule", (row.rule,), source)


def _cause(cause: str, certainty: str, source: str) -> Stated:
    return Stated("cause", (cause if certainty == "proves" else f"{cause}, or another",), source)


QUERY = Query(
    subjects=("message",),
    sample="CUDA error: no kernel image is available for execution on the device",
    shows="what it means, its cause, and the rule that is about it",
    answer=_answer,
    max_characters=LONGEST_LINE,
)
