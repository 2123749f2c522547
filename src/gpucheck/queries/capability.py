"""What supports the GPUs of a compute capability, and which they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.devices import host_of, supported_by
from gpucheck.tables import Tables
from gpucheck.tables.rows.gpus import GpuRow
from gpucheck.versions import ComputeCapability

MAX_PRODUCTS = 12
SHOWN_FIRST = {"data centre": 0, "titan": 1, "geforce": 2, "workstation": 3}

_WRITTEN = re.compile(
    r"(?:(?:sm|compute)_?)?(?:(\d{1,2})\.(\d)|(\d{1,2})(\d))[af]?(?:\+ptx)?",
    re.IGNORECASE | re.ASCII,
)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.architectures
    known = {row.compute_capability: row for row in table.rows}
    found = _WRITTEN.fullmatch(value)
    numbers = [int(number) for number in found.groups() if number] if found else []
    row = known.get(ComputeCapability(tuple(numbers))) if numbers else None
    if row is None:
        return unknown(subject, value, table.name, map(str, known))
    capability = row.compute_capability
    says = [
        *stated("compute capability", capability, table.source_of(row)),
        *stated("architecture", row.architecture, table.source_of(row)),
        *supported_by(capability, host_of(capability, _products(capability, tables)), tables),
        *_toolkits(capability, tables),
        *_gpus(capability, tables),
    ]
    return Answer(f"{subject} {value}", tuple(says))


def _toolkits(capability: ComputeCapability, tables: Tables) -> Iterator[Stated]:
    """Yield the targets that the newest toolkit with machine code for it has for it alone."""
    table = tables.toolkit_archs
    target = f"sm_{str(capability).replace('.', '')}"
    rows = [row for row in table.rows if target in row.targets]
    if rows:
        special = [name for name in rows[-1].specific_targets if name[:-1] == target]
        values = (target, *special, f"nvcc {rows[0].cuda} to {rows[-1].cuda}")
        yield Stated("targets of nvcc", values, table.source_of(rows[-1]))


def _products(capability: ComputeCapability, tables: Tables) -> list[GpuRow]:
    return [row for row in tables.gpus.rows if row.compute_capability == capability]


def _gpus(capability: ComputeCapability, tables: Tables) -> Iterator[Stated]:
    table, rows = tables.gpus, _products(capability, tables)
    if rows:
        # The table is sorted by name, and sorting keeps that within a category.
        shown = sorted(rows, key=lambda row: SHOWN_FIRST.get(row.category, len(SHOWN_FIRST)))
        names = [row.product for row in shown[:MAX_PRODUCTS]]
        more = (f"and {len(rows) - MAX_PRODUCTS} more",) if len(rows) > MAX_PRODUCTS else ()
        yield Stated("GPUs", (*names, *more), table.source_of(shown[0]))


QUERY = Query(
    subjects=("capability", "compute-capability", "sm"),
    sample="8.6",
    shows="toolkits, drivers and framework builds that support it, and its GPUs",
    answer=_answer,
)
