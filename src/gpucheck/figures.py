"""The figures of smoke tests, with what the hardware can do: what is measured, as plain rows.

In: facts and tables. Out: `DeviceFigures`, for renderers to round and lay out. Nothing is judged
here; what no hardware can have measured (zero, less, beyond any machine) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from gpucheck.checked import Checked, checked
from gpucheck.compatibility.smoke import Tested, devices_under_test, gpu_of, is_right
from gpucheck.compatibility.smoke_rates import (
    Share,
    bandwidth_share,
    link_bytes_per_s,
    rate_share,
)
from gpucheck.facts import Crossover, Facts, Gpu, MatrixProduct, MemoryCopy
from gpucheck.tables import Tables

ITEM_BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2}
COPIES = {
    "host_to_device_pageable": "to the GPU, pageable",
    "host_to_device_pinned": "to the GPU, pinned",
    "device_to_host_pageable": "from the GPU, pageable",
    "device_to_host_pinned": "from the GPU, pinned",
    "device_to_device": "within the GPU",
    "peer": "to GPU",
}
MOST = 1e21
"""No device computes or copies that much in a second."""
LARGEST_SIZE = 1 << 31
LONGEST_LAUNCH_S = 1e6
CALCULATIONS = {"matmul": "matrix size", "mlp_step": "batch of an MLP's training step"}


class Figure(msgspec.Struct, frozen=True):
    """One measured value."""

    test: str  # "PyTorch"
    what: str  # "matmul in bf16, size 8192"
    value: float
    unit: Literal["FLOP/s", "B/s", "s", "share", "size"]
    part: float | None = None  # of what the hardware can do: 0.77
    whole: float | None = None  # what it can do, in the same unit
    is_wrong: bool = False  # the result of the calculation is wrong


class Point(msgspec.Struct, frozen=True):
    """A product in a roofline chart."""

    dtype: str
    size: int
    flop_per_byte: float  # if each matrix is moved once
    flop_per_s: float


class Roofline(msgspec.Struct, frozen=True):
    """What bounds a device: its memory's bandwidth, and the rate of each dtype."""

    bytes_per_s: float  # as measured, read and written
    roofs: tuple[tuple[str, float], ...]  # dtype and FLOP/s, sourced
    points: tuple[Point, ...]


class DeviceFigures(msgspec.Struct, frozen=True):
    """All figures of one device."""

    title: str  # "GPU 0, NVIDIA H200"
    figures: tuple[Figure, ...]
    roofline: Roofline | None = None
    checks: tuple[Checked, ...] = ()  # of each test: right or wrong, seen by NVML or not


def figures_of(facts: Facts, tables: Tables) -> tuple[DeviceFigures, ...]:
    """Return the figures of every device that was tested, the CPU last."""
    by_ordinal: dict[int, list[Tested]] = {}
    for each in devices_under_test(facts, on_cpu=True):
        key = 1 << 30 if each.device.ordinal is None else each.device.ordinal
        by_ordinal.setdefault(key, []).append(each)
    found = (_of_device(each, facts, tables) for _, each in sorted(by_ordinal.items()))
    return tuple(each for each in found if each.figures or any(c.results for c in each.checks))


def _of_device(tested: list[Tested], facts: Facts, tables: Tables) -> DeviceFigures:
    gpu = next(filter(None, (gpu_of(each.device, facts) for each in tested)), None)
    name = next(filter(None, (each.device.name for each in tested)), None)
    title = ", ".join(filter(None, (tested[0].place, name)))
    figures = tuple(figure for each in tested for figure in _figures(each, gpu, tables))
    is_full = any(facts.smoke[each.name].value.level == "full" for each in tested)
    roofline = _roofline(tested, gpu, tables) if is_full else None
    checks = tuple(checked(each, facts) for each in tested)
    return DeviceFigures(title, figures, roofline, checks)


def _figures(each: Tested, gpu: Gpu | None, tables: Tables) -> Iterator[Figure]:
    device = each.device
    for product in device.products:
        rate = _rate(product)
        if rate is not None:
            share = rate_share(product, gpu, tables) if gpu else None
            what = f"matmul in {product.dtype}, size {product.size}"
            yield _figure(each, what, rate, "FLOP/s", share, not is_right(product))
    for copy in filter(_is_possible_copy, device.copies):
        yield _copy(each, copy, gpu, tables)
    if device.launch_s is not None and 0 < device.launch_s < LONGEST_LAUNCH_S:
        yield Figure(each.title, "launch of a kernel, until it has ended", device.launch_s, "s")
    if device.overlap is not None and 0 <= device.overlap <= 1:
        yield Figure(each.title, "copy hidden behind a kernel", device.overlap, "share")
    for crossover in device.crossovers:
        yield from _crossover(each, crossover)


def _rate(product: MatrixProduct) -> float | None:
    """Return a product's FLOP/s; None: it was not timed, or no device can do that."""
    rate = product.flop_per_s
    if rate is None or not 1 <= rate < MOST or not 0 < product.size < LARGEST_SIZE:
        return None
    return rate


def _is_possible_copy(copy: MemoryCopy) -> bool:
    return 1 <= copy.bytes_per_s < MOST


def _figure(
    each: Tested,
    what: str,
    value: float,
    unit: Literal["FLOP/s", "B/s"],
    share: Share | None,
    is_wrong: bool = False,  # noqa: FBT001, FBT002 - internal
) -> Figure:
    part, whole = (share.part, share.whole) if share else (None, None)
    return Figure(each.title, what, value, unit, part, whole, is_wrong)


def _copy(each: Tested, copy: MemoryCopy, gpu: Gpu | None, tables: Tables) -> Figure:
    what = f"copy {COPIES[copy.kind]}"
    if copy.kind == "peer":
        return Figure(each.title, f"{what} {copy.peer_ordinal}", copy.bytes_per_s, "B/s")
    if copy.kind == "device_to_device":
        share = bandwidth_share(copy.bytes_per_s, gpu, tables) if gpu else None
        # Each byte is read and written: the memory moves twice as many.
        return _figure(each, what, 2 * copy.bytes_per_s, "B/s", share)
    whole = link_bytes_per_s(each.device.use)
    if whole is None or copy.bytes_per_s > whole:  # then it went another way, or was seen idle
        return Figure(each.title, what, copy.bytes_per_s, "B/s")
    return Figure(each.title, what, copy.bytes_per_s, "B/s", copy.bytes_per_s / whole, whole)


def _crossover(each: Tested, crossover: Crossover) -> Iterator[Figure]:
    """Yield from which size on the GPU is faster, if it is at all."""
    pairs = zip(crossover.sizes, crossover.cpu_seconds, crossover.gpu_seconds, strict=False)
    timed = list(pairs)  # on both
    slower = [size for size, cpu_s, gpu_s in timed if gpu_s >= cpu_s]
    sizes = [size for size, _, _ in timed if not slower or size > max(slower)]
    if sizes and 0 < min(sizes) < LARGEST_SIZE:
        what = f"faster than this CPU from {CALCULATIONS[crossover.calculation]}"
        yield Figure(each.title, what, min(sizes), "size")


def _roofline(tested: Iterable[Tested], gpu: Gpu | None, tables: Tables) -> Roofline | None:
    """Return the chart's data; None where the memory's bandwidth or all products are missing."""
    tested = list(tested)
    copies = [copy for each in tested for copy in each.device.copies]
    within = [copy for copy in copies if copy.kind == "device_to_device"]
    moved = [2 * copy.bytes_per_s for copy in within if _is_possible_copy(copy)]
    products = [
        p for each in tested for p in each.device.products if p.is_library and _rate(p) is not None
    ]
    best: dict[tuple[str, int], float] = {}
    for product in products:
        key = product.dtype, product.size
        best[key] = max(best.get(key, 0.0), product.flop_per_s or 0.0)
    if not moved or not best:
        return None
    points = (
        Point(d, n, 2 * n / (3 * ITEM_BYTES.get(d, 4)), rate) for (d, n), rate in best.items()
    )
    roofs = {}
    for product in products:
        share = rate_share(product, gpu, tables) if gpu else None
        if share:
            roofs[product.dtype] = share.whole
    return Roofline(max(moved), tuple(roofs.items()), tuple(points))
