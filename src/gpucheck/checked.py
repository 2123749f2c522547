"""What a smoke test's results were compared with, and whether NVML saw the GPU at work.

In: facts. Out: `Checked` records, for renderers to round and lay out. The worst result of each
dtype stands for all of them.
"""

from __future__ import annotations

import msgspec

from gpucheck.compatibility.gpu_use import Verdict, verdict
from gpucheck.compatibility.smoke import Tested, is_calculation_right, is_right
from gpucheck.facts import Facts, MatrixProduct


class Result(msgspec.Struct, frozen=True):
    """A calculation beside its reference."""

    what: str  # "bf16", "convolution"
    is_right: bool
    relative_error: float | None = None  # None: not a number
    error_bound: float | None = None


class Checked(msgspec.Struct, frozen=True):
    """One test on one device."""

    test: str  # "PyTorch"
    results: tuple[Result, ...]
    seen: Verdict | None = None  # by NVML; None: on the CPU there is nothing to see


def checked(each: Tested, facts: Facts) -> Checked:
    """Return what was compared and seen of a test on a device."""
    worst: dict[str, MatrixProduct] = {}
    for product in each.device.products:
        known = worst.setdefault(product.dtype, product)
        worst[product.dtype] = max(known, product, key=_distance)
    results = [
        Result(dtype, is_right(p), p.relative_error, p.error_bound) for dtype, p in worst.items()
    ]
    device = each.device
    for what, part in (("convolution", device.convolution), ("gradient", device.gradient)):
        if part is not None and part.error is None:
            good = is_calculation_right(part.relative_error, part.error_bound)
            results.append(Result(what, good, part.relative_error, part.error_bound))
    seen = verdict(device, facts) if device.ordinal is not None else None
    return Checked(each.title, tuple(results), seen)


def _distance(product: MatrixProduct) -> tuple[bool, float]:
    """Order products from right to wrong, then by their error as a part of the bound."""
    error = float("inf") if product.relative_error is None else product.relative_error
    return not is_right(product), error / (product.error_bound or 1.0)
