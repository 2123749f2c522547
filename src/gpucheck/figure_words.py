"""Figures as people read them, rounded to three digits: "761 TFLOP/s", "55.3 GB/s", "6.2 µs"."""

from __future__ import annotations

from gpucheck.figures import Figure

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
