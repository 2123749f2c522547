"""What a release of numba or numba-cuda needs."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import (
    choose,
    platform_names,
    python_spans,
    without_markers,
)
from gpucheck.tables import Tables
from gpucheck.tables.rows.numba import NumbaWheelRow

MAX_EXTRAS = 6


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.numba_wheels
    package = "numba-cuda" if value.lower().startswith("numba-cuda") else subject
    rows = {row.release: row for row in table.rows if row.package == package}
    choice = choose(value, rows)
    if choice is None:
        return unknown(subject, value, table.name, rows)
    row = rows[choice.release]
    says = [*choice.stated(table.source_of(row)), *_wheel(row, tables)]
    if package == "numba":
        says += _documented(choice.release, tables)
    return Answer(f"{subject} {value}", tuple(says))


def _wheel(row: NumbaWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.numba_wheels.source_of(row)
    yield from stated("released", row.released, source)
    yield from stated("Python", python_spans(row.python), source)
    yield from stated("platforms", platform_names(row.platforms), source)
    yield from stated("requires", without_markers(row.requires), source)
    for extra, requires in sorted(row.extras.items())[:MAX_EXTRAS]:
        yield Stated(f"[{extra}] brings", without_markers(requires), source)


def _documented(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.numba_documented
    for row in table.rows:
        if row.release == release:
            source = table.source_of(row)
            yield from stated("tested with Python", row.python, source)
            yield from stated("tested with NumPy", row.numpy, source)
            yield from stated("CUDA toolkit from", row.toolkit_min, source)
            yield from stated("GPUs from", row.capability_min, source)
            yield from stated("deprecated for GPUs below", row.capability_deprecated_below, source)


QUERY = Query(
    subjects=("numba", "numba-cuda"),
    sample="0.61.2",
    shows="Pythons and platforms, what it requires, the oldest CUDA toolkit and GPUs",
    answer=_answer,
)
