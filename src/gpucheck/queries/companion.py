"""Which torch a release of torchvision or torchaudio was built for."""

from __future__ import annotations

from gpucheck.answers import Answer, Query, stated, unknown
from gpucheck.answers.releases import choose, python_spans
from gpucheck.tables import Tables


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.torch_companions
    rows = {row.release: row for row in table.rows if row.package == subject}
    choice = choose(value, rows)
    if choice is None:
        return unknown(subject, value, table.name, rows)
    row, source = rows[choice.release], table.source_of(rows[choice.release])
    torch = "names none" if row.torch is None else row.torch or "any release"
    says = (
        *choice.stated(source),
        *stated("torch", torch, source),
        *stated("Python", python_spans(row.python), source),
    )
    return Answer(f"{subject} {value}", says)


QUERY = Query(
    subjects=("torchvision", "torchaudio"),
    sample="0.24.1",
    shows="the torch it was built for, and its Pythons",
    answer=_answer,
)
