"""Which torch a release of a package that builds on it wants."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import choose, platform_names, python_spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.addons import AddonWheelRow


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.addon_wheels
    rows = {row.release: row for row in table.rows if row.package == subject}
    choice = choose(value, rows)
    if choice is None:
        return unknown(subject, value, table.name, rows)
    row = rows[choice.release]
    says = (*choice.stated(table.source_of(row)), *_wheel(row, tables))
    return Answer(f"{subject} {value}", says)


def _wheel(row: AddonWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.addon_wheels.source_of(row)
    yield from stated("released", row.released, source)
    yield from stated("requires Python", row.requires_python, source)
    if row.torch is not None:
        yield Stated("torch", (row.torch or "any release",), source)
    if row.python is None:
        says = "only its source: it is compiled against the torch that is installed"
        yield Stated("wheels", (says,), source)
    else:
        if row.torch is None:
            yield Stated("torch", ("the wheel names none",), source)
        yield from stated("Python", python_spans(row.python), source)
        yield from stated("platforms", platform_names(row.platforms or ()), source)


QUERY = Query(
    subjects=("xformers", "flash-attn", "bitsandbytes", "vllm", "triton"),
    sample="0.0.33.post2",
    shows="the torch it wants, its Pythons and platforms, or that there is only its source",
    answer=_answer,
)
