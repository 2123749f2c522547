"""A smoke test in one line, for the overview of a report: what was right, how fast, was it seen.

In: a test's section and the facts. Out: a mark and words. Values are rounded here only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from gpucheck.compatibility.gpu_use import BUSY_PERCENT, verdict
from gpucheck.compatibility.smoke import TITLES, is_out_of_memory, is_right
from gpucheck.compatibility.smoke_failures import undecided
from gpucheck.facts import Facts, MatrixProduct, Section, SmokeDevice, SmokeTest
from gpucheck.figure_words import rate_text

SEEN = {"used": "use seen by NVML", "not_used": "NVML saw no use", "cannot_tell": None}
LONGEST_MESSAGE = 120

SmokeMark = Literal["error", "unknown", "none", "good"]
WORST_FIRST = get_args(SmokeMark)


def smoke_line(name: str, section: Section[SmokeTest], facts: Facts) -> tuple[SmokeMark, str]:
    """Return how a test went: "PyTorch: fp32, bf16 right, up to 761 TFLOP/s in bf16"."""
    test, title = section.value, TITLES.get(name, name)
    if section.outcome in {"refused", "not_started"}:
        return "none", f"{title}: not run: {section.reason}"
    why_open = dict(undecided(facts)).get(name)
    if why_open:
        return "unknown", why_open
    errors = [error for error in test.errors if not is_out_of_memory(error)]
    if errors or not section.is_ok:
        stage = errors[0].stage if errors else section.stage
        why = errors[0].first_line[:LONGEST_MESSAGE] if errors else section.reason
        return "error", f"{title}: failed at {stage or 'its start'}: {why}"
    lines = [_device(device, facts) for device in test.devices]
    lines += [("unknown", error.first_line[:LONGEST_MESSAGE]) for error in test.errors]
    apart = dict.fromkeys(text for _, text in lines)
    marks: list[SmokeMark] = [mark for mark, _ in lines]
    worst: SmokeMark = min(marks, key=WORST_FIRST.index, default="unknown")
    return worst, f"{title}: {'; '.join(apart) or 'nothing computed'}"


def why_nothing(section: Section[SmokeTest]) -> str:
    """Return why a test computed nothing on some device."""
    if not section.is_ok:
        return section.reason or section.outcome
    idle = [device for device in section.value.devices if not device.products]
    errors = [error.first_line for error in section.value.errors]
    reasons = [reason for device in idle for reason in device.unavailable.values()]
    return next(iter([*errors, *reasons]), "it does not say why")[:LONGEST_MESSAGE]


def _device(device: SmokeDevice, facts: Facts) -> tuple[SmokeMark, str]:
    if not device.products:
        why = next(iter(device.unavailable.values()), None)
        return "unknown", f"nothing computed{f', {why[:LONGEST_MESSAGE]}' if why else ''}"
    right = [product for product in device.products if is_right(product)]
    wrong = {p.dtype for p in device.products if p not in right}
    seen = "cannot_tell" if device.ordinal is None else verdict(device, facts).value
    parts = [
        _dtypes(p.dtype for p in right if p.dtype not in wrong) + " right" if right else None,
        f"{_dtypes(wrong)} WRONG" if wrong else None,
        _fastest(right),
        SEEN[seen],
        _others(device),
    ]
    is_good = not wrong and seen != "not_used"
    return "good" if is_good else "error", ", ".join(filter(None, parts))


def _others(device: SmokeDevice) -> str | None:
    """Say that the GPU was busy before, which makes a test slower."""
    busy = device.use.utilization_percent_before if device.use else None
    return f"while others used {busy} % of it" if busy and busy > BUSY_PERCENT else None


def _dtypes(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _fastest(products: list[MatrixProduct]) -> str | None:
    rates = [(p.flop_per_s, p.dtype) for p in products if p.flop_per_s and p.is_library]
    if not rates:
        return None
    flop_per_s, dtype = max(rates)
    return f"up to {rate_text(flop_per_s)} in {dtype}"
