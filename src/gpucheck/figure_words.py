"""Figures as people read them, rounded to three digits: "761 TFLOP/s", "55.3 GB/s", "6.2 µs"."""

from __future__ import annotations

from gpucheck.checked import Checked, Result
from gpucheck.figures import Figure

SEEN = {"used": "used", "not_used": "not used", "cannot_tell": "cannot tell"}
LEAST_WITHOUT_POINT = 100
_SCALES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def value_text(figure: Figure) -> str:
    """Return a figure's value."""
    if figure.unit == "s":
        return f"{figure.value * 1e6:.3g} µs"
    if figure.unit == "share":
        return f"{figure.value:.0%}"
    if figure.unit == "size":
        return f"{figure.value:.0f}"
    return scaled(figure.value, figure.unit)


def share_text(figure: Figure) -> str:
    """Return its share of what the hardware can do; "" where that is not known."""
    if figure.part is None or figure.whole is None:
        return ""
    return f"{figure.part:.0%} of {scaled(figure.whole, figure.unit)}"


def results_text(each: Checked) -> str:
    """Return what was right or wrong, with the errors: "bf16 right (error 0.0016, bound 0.02)"."""
    return "; ".join(map(_result, each.results))


def seen_text(each: Checked) -> str:
    """Return whether NVML saw the GPU used, with the evidence; "" where there is no GPU."""
    if each.seen is None:
        return ""
    return f"{SEEN[each.seen.value]} ({'; '.join(each.seen.evidence)})"


def _result(result: Result) -> str:
    error = "none" if result.relative_error is None else f"{result.relative_error:.2g}"
    bound = "" if result.error_bound is None else f", bound {result.error_bound:.2g}"
    return f"{result.what} {'right' if result.is_right else 'WRONG'} (error {error}{bound})"


def rate_text(flop_per_s: float) -> str:
    """Return a rate: "761 TFLOP/s", "212 GFLOP/s"."""
    return scaled(flop_per_s, "FLOP/s")


def scaled(value: float, unit: str) -> str:
    """Return a value with the prefix that keeps three digits before or around the point."""
    for scale, prefix in _SCALES:
        if value >= scale:
            return f"{_digits(value / scale)} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def _digits(value: float) -> str:
    """Return a value from 1 on with three digits, but never as 1e+03."""
    return f"{value:.0f}" if value >= LEAST_WITHOUT_POINT else f"{value:.3g}"
