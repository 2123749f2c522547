"""What a GPU is, what it can do at best, and what supports it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gpucheck.answers import Answer, Query, Stated, stated
from gpucheck.answers.devices import host_of, supported_by
from gpucheck.compatibility.products import near, peak, products, products_with_pci_id
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.gpus import GpuPeakRow, GpuRow

MAX_NAMES = 8
RATES = ("fp64", "fp64_tensor", "fp32", "tf32", "fp16", "bf16", "fp8", "fp4")

_PART = re.compile(r"\bmig\b|-\d+[qcab]\b", re.IGNORECASE)
_PCI = re.compile(r"(?:10de:|0x)([0-9a-f]{4})", re.IGNORECASE | re.ASCII)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    asked = f"{subject} {value}"
    pci = _PCI.fullmatch(value)
    found = products_with_pci_id(pci[1], tables) if pci else products(value, tables)
    if not found:
        has = f"{len(tables.gpus.rows)} of NVIDIA's products"
        return Answer(asked, near=near(value, tables), known=has, table=tables.gpus.name)
    is_part = bool(_PART.search(value))  # a MIG device or a virtual GPU
    says = [*_identity(found, tables, is_part=is_part)]
    says += [] if is_part else _rates(found, tables)
    capabilities = {row.compute_capability for row in found}
    if len(capabilities) == 1:
        capability = capabilities.pop()
        says += supported_by(capability, host_of(capability, found), tables)
    return Answer(asked, tuple(says))


def _identity(found: tuple[GpuRow, ...], tables: Tables, *, is_part: bool) -> Iterator[Stated]:
    source = tables.gpus.source_of(found[0])
    names = [row.product for row in found]
    more = (f"and {len(names) - MAX_NAMES} more",) if len(names) > MAX_NAMES else ()
    yield Stated("part of" if is_part else "product", (*names[:MAX_NAMES], *more), source)
    yield from _each("compute capability", (row.compute_capability for row in found), source)
    yield from _each("architecture", (row.architecture for row in found), source)
    if is_part:
        return  # how much of the memory it has, its product does not tell
    yield from _numbers("memory of each GPU in GB", (row.memory_gb for row in found), source)
    bandwidths = (row.memory_bandwidth_gb_per_s for row in found)
    yield from _numbers("memory bandwidth in GB/s", bandwidths, source)


def _each(topic: str, values: Iterable[object], source: str) -> tuple[Stated, ...]:
    """State every value that one of the products has, once."""
    known = dict.fromkeys(str(value) for value in values if value is not None)
    return stated(topic, tuple(known), source)


def _numbers(topic: str, values: Iterable[float | None], source: str) -> tuple[Stated, ...]:
    known = sorted({value for value in values if value is not None})
    return stated(topic, tuple(f"{value:g}" for value in known), source)


def _rates(found: tuple[GpuRow, ...], tables: Tables) -> Iterator[Stated]:
    """Yield the rates, where all products that fit have the same."""
    peaks = [peak(row.product, row.compute_capability, tables) for row in found]
    known = [each for each in peaks if isinstance(each, Known)]
    rates = {_shown_rates(each) for each in known}
    if len(known) == len(found) and len(rates) == 1:
        yield from stated("dense TFLOP/s (FP32 accumulation)", rates.pop(), known[0].source)


def _shown_rates(known: Known[GpuPeakRow]) -> tuple[str, ...]:
    rates = ((name, getattr(known.value, f"{name}_tflops")) for name in RATES)
    shown = ((name.upper().replace("_TENSOR", " (tensor)"), rate) for name, rate in rates)
    return tuple(f"{name} {rate:g}" for name, rate in shown if rate is not None)


QUERY = Query(
    subjects=("gpu",),
    sample="RTX 4090",
    shows="compute capability, memory, dense rates; toolkits, drivers and builds that support it",
    answer=_answer,
)
