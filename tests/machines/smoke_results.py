"""What smoke tests tell of a GPU on which all is well, for the listed machines.

`framework_test(card, ...)` and `driver_test(card, ...)` are in full what the quick tests send, with
what NVML saw meanwhile; fields of the device, of the use and of the test can be replaced.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gpucheck.facts import (
    CUDA_DRIVER,
    Calculation,
    Crossover,
    Facts,
    Gpu,
    GpuUse,
    MatrixProduct,
    MemoryCopy,
    Outcome,
    Section,
    SmokeDevice,
    SmokeTest,
)
from machines.cards import MIB

ROUNDING = {
    # dtype: a usual relative error, the bound
    "fp64": (4.1e-16, 1e-12),
    "fp32": (3.2e-7, 1e-5),
    "tf32": (2.9e-4, 3e-3),
    "fp16": (3.1e-4, 4e-3),
    "bf16": (1.7e-3, 2e-2),
}
CHECKED, TIMED = 500, 8192
BEGAN = 1795773601.25


def products(**tflops: float) -> tuple[MatrixProduct, ...]:
    """Return a small and a timed product in each dtype, at so many TFLOP/s."""
    made = [_product(dtype, CHECKED) for dtype in tflops]
    return (*made, *(_product(dtype, TIMED, rate * 1e12) for dtype, rate in tflops.items()))


def _product(dtype: str, size: int, flop_per_s: float | None = None) -> MatrixProduct:
    error, bound = ROUNDING[dtype]
    return MatrixProduct(
        dtype=dtype,
        size=size,
        relative_error=error,
        error_bound=bound,
        is_written=True,
        seconds=2 * size**3 / flop_per_s if flop_per_s else None,
        flop_per_s=flop_per_s,
    )


def wrong(product: MatrixProduct, relative_error: float | None = 0.31) -> MatrixProduct:
    """Return a product that went wrong; None: its result is not a number."""
    return msgspec.structs.replace(
        product, relative_error=relative_error, is_written=relative_error is not None
    )


def use(card: Gpu, **changes: Any) -> GpuUse:
    """Return what NVML sees of a GPU that nobody else uses while a test computes on it."""
    before = card.memory_used_bytes or 0
    idle_w, limit_w = card.power_w, card.power_limit_w
    seen: dict[str, Any] = {
        "sample_count": 61,
        "is_process_listed": True,
        "has_new_process": True,
        "memory_used_bytes_before": before,
        "memory_used_bytes_peak": before + 1270 * MIB,
        "utilization_percent_before": card.utilization_gpu_percent or 0,
        "utilization_percent_peak": 99,
        "power_w_before": idle_w,
        "power_w_peak": 0.8 * limit_w if limit_w else None,
        "clock_sm_hz_before": card.clock_sm_hz,
        "clock_sm_hz_peak": card.clock_sm_max_hz,
        "throttle_reasons": ("gpu_idle",),
        "pcie_generation_peak": card.pcie_generation_max,
        "pcie_width_peak": card.pcie_width,
    }
    return GpuUse(**(seen | changes))


def framework_test(
    card: Gpu,
    name: str = "torch",
    /,
    *,
    tflops: dict[str, float],
    outcome: Outcome = "ok",
    stage: str | None = None,
    seen: dict[str, Any] | None = None,
    test: dict[str, Any] | None = None,
    **device: Any,
) -> Section[SmokeTest]:
    """Return a framework's test of one GPU, at so many TFLOP/s in each dtype."""
    whole: dict[str, Any] = {
        "products": products(**tflops),
        "convolution": Calculation(dtype="fp32", relative_error=4.0e-7, error_bound=1e-4),
        "gradient": Calculation(dtype="fp32", relative_error=2.6e-7, error_bound=1e-5),
        "memory_taken_bytes": 3 * TIMED * TIMED * 4,
    }
    return _test(card, name, outcome, stage, seen, test, whole | device)


def driver_test(
    card: Gpu,
    /,
    *,
    gb_per_s: float,
    outcome: Outcome = "ok",
    stage: str | None = None,
    seen: dict[str, Any] | None = None,
    test: dict[str, Any] | None = None,
    **device: Any,
) -> Section[SmokeTest]:
    """Return the test of the driver alone, with copies of page-locked memory at so many GB/s."""
    own = msgspec.structs.replace(
        _product("fp32", 256), seconds=1.9e-5, flop_per_s=1.8e12, is_library=False
    )
    whole: dict[str, Any] = {
        "products": (own,),
        "memory_taken_bytes": 256 * MIB,
        "launch_s": 6.4e-6,
        "overlap": 0.97,
        "copies": copies(gb_per_s),
    }
    return _test(card, CUDA_DRIVER, outcome, stage, seen, test, whole | device)


def copies(gb_per_s: float) -> tuple[MemoryCopy, ...]:
    """Return the copies of the quick test; from pageable memory they are at two fifths."""
    rates = {
        "host_to_device_pageable": 0.4 * gb_per_s,
        "device_to_host_pageable": 0.4 * gb_per_s,
        "host_to_device_pinned": gb_per_s,
        "device_to_host_pinned": 1.02 * gb_per_s,
        "device_to_device": 20 * gb_per_s,
    }
    return tuple(
        MemoryCopy(
            kind=kind,  # type: ignore[arg-type]
            size_bytes=32 * MIB,
            seconds=32 * MIB / (rate * 1e9),
            bytes_per_s=rate * 1e9,
        )
        for kind, rate in rates.items()
    )


CROSSOVERS = (
    Crossover(
        calculation="matmul",
        sizes=(32, 64, 128, 256, 512, 1024),
        cpu_seconds=(3.0e-6, 6.1e-6, 1.9e-5, 1.0e-4, 6.6e-4, 4.9e-3),
        gpu_seconds=(1.9e-5, 1.9e-5, 2.0e-5, 2.2e-5, 2.9e-5, 6.9e-5),
        transfer_seconds=(4.1e-5, 4.2e-5, 4.8e-5, 7.2e-5, 2.1e-4, 8.7e-4),
    ),
    Crossover(
        calculation="mlp_step",
        sizes=(1, 4, 16, 64, 256, 1024),
        cpu_seconds=(2.1e-4, 2.3e-4, 2.9e-4, 5.3e-4, 1.2e-3, 3.9e-3),
        gpu_seconds=(3.1e-4, 3.1e-4, 3.1e-4, 3.2e-4, 3.3e-4, 3.9e-4),
        transfer_seconds=(3.0e-5, 3.1e-5, 3.4e-5, 5.1e-5, 1.4e-4, 6.0e-4),
    ),
)
"""What the full test finds on any machine: at the smallest sizes the CPU is faster."""


def smoked(facts: Facts, *sections: Section[SmokeTest]) -> Facts:
    """Return the facts with smoke tests."""
    return msgspec.structs.replace(facts, smoke={part.value.name: part for part in sections})


def _test(
    card: Gpu,
    name: str,
    outcome: Outcome,
    stage: str | None,
    seen: dict[str, Any] | None,
    test: dict[str, Any] | None,
    device: dict[str, Any],
) -> Section[SmokeTest]:
    used = msgspec.structs.replace(use(card), **(seen or {}))
    whole: dict[str, Any] = {
        "ordinal": card.index,
        "name": card.name,
        "uuid": card.uuid,
        "memory_free_bytes": card.memory_free_bytes,
        "began_at": BEGAN,
        "ended_at": BEGAN + 1.31,
        "use": used,
    }
    fields = {
        "release": "2.9.1+cu128" if name == "torch" else None,
        "pid": 48213,
        "import_s": 2.4,
        "devices": (SmokeDevice(**(whole | device)),),
    }
    return Section(
        outcome=outcome,
        value=SmokeTest(name=name, **(fields | (test or {}))),
        elapsed_s=4.2,
        stage=stage,
        reason=None if outcome == "ok" else f"it {outcome.replace('_', ' ')}",
    )
