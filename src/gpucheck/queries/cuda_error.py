"""What an error code of CUDA means."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.tables import Tables
from gpucheck.tables.rows.errors import CudaErrorRow


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.cuda_errors
    rows = [row for row in table.rows if _plain(value) in _names(row)]
    if not rows:
        known = (name for row in table.rows for name in (row.name, row.runtime_name) if name)
        return unknown(subject, value, table.name, known)
    says = (each for row in rows for each in _row(row, table.source_of(row)))
    return Answer(f"{subject} {value}", tuple(says))


def _names(row: CudaErrorRow) -> set[str]:
    """Return what a code is called: its number, its message, its names with and without "error"."""
    named = {_plain(name or "") for name in (row.name, row.runtime_name, row.message)}
    short = {name.removeprefix("cudaerror") for name in named}
    return {str(row.code), *named, *short} - {""}


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _row(row: CudaErrorRow, source: str) -> Iterator[Stated]:
    yield from stated("code", row.code, source)
    yield from stated("name", row.name, source)
    yield from stated("name in the runtime", row.runtime_name, source)
    yield from stated("message", row.message, source)
    yield from stated("means", row.meaning, source)
    for fix in row.fixes:
        yield Stated("helps", (fix,), source)


QUERY = Query(
    subjects=("cuda-error",),
    sample="209",
    shows="its names, its message, what it means and what helps",
    answer=_answer,
)
