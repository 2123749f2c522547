"""A roofline as lines of text: what bounds a device, and how near each product comes.

In: a `Roofline`. Out: lines of at most `WIDTH` columns, in Unicode or plain ASCII. Both axes are
logarithmic: FLOP a byte to the right, FLOP/s upwards. The slope is the memory's bandwidth, the
level lines are the sourced rates; the letters are products.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from gpucheck.figure_words import rate_text
from gpucheck.figures import Point, Roofline

WIDTH, HEIGHT = 56, 12
LETTERS = {"fp64": "D", "fp32": "S", "tf32": "T", "fp16": "H", "bf16": "B"}
LABEL_WIDTH = 12


def chart(roofline: Roofline, *, has_unicode: bool = True) -> Iterator[str]:
    """Yield the chart, the axis under it, and what the signs mean."""
    marks = {"slope": "╱", "level": "─", "side": "│", "corner": "└"} if has_unicode else ASCII
    frame = _Frame(roofline)
    cells = [[" "] * WIDTH for _ in range(HEIGHT)]
    for column in range(WIDTH):
        bound = roofline.bytes_per_s * frame.intensity(column)
        for _, rate in roofline.roofs:
            if bound >= rate:
                _put(cells, frame.row(rate), column, marks["level"])
        if bound <= frame.top:
            _put(cells, frame.row(bound), column, marks["slope"])
    for point in roofline.points:
        row, column = frame.row(point.flop_per_s), frame.column(point.flop_per_byte)
        _put(cells, row, column, LETTERS.get(point.dtype, "x"))
    for number, line in enumerate(cells):
        label = rate_text(frame.rate(number)) if number % 4 == 0 else ""
        yield f"{label:>{LABEL_WIDTH}} {marks['side']}{''.join(line).rstrip()}"
    yield f"{'':{LABEL_WIDTH}} {marks['corner']}{marks['level'] * WIDTH}"
    left, right = frame.intensity(0), frame.intensity(WIDTH - 1)
    ends = f"{left:.0f}", f"{right:.0f} FLOP a byte"
    yield f"{'':{LABEL_WIDTH}}  {ends[0]}{ends[1]:>{WIDTH - len(ends[0])}}"
    yield from _legend(roofline, marks)


ASCII = {"slope": "/", "level": "-", "side": "|", "corner": "+"}


class _Frame:
    """Which cell a value is in."""

    def __init__(self, roofline: Roofline) -> None:
        rates = [rate for _, rate in roofline.roofs] + [p.flop_per_s for p in roofline.points]
        intensities = [point.flop_per_byte for point in roofline.points]
        self.top = max(rates) * 1.5
        self.bottom = min(rates) / 1.5
        knee = max(rates) / roofline.bytes_per_s
        self.left = min([*intensities, knee]) / 2
        self.right = max([*intensities, knee]) * 2

    def row(self, rate: float) -> int:
        height = math.log(self.top / rate) / math.log(self.top / self.bottom)
        return round(height * (HEIGHT - 1))

    def rate(self, row: int) -> float:
        return float(self.top * (self.bottom / self.top) ** (row / (HEIGHT - 1)))

    def column(self, intensity: float) -> int:
        return round(
            math.log(intensity / self.left) / math.log(self.right / self.left) * (WIDTH - 1)
        )

    def intensity(self, column: int) -> float:
        return float(self.left * (self.right / self.left) ** (column / (WIDTH - 1)))


def _put(cells: list[list[str]], row: int, column: int, sign: str) -> None:
    if 0 <= row < HEIGHT and 0 <= column < WIDTH:
        cells[row][column] = sign


def _legend(roofline: Roofline, marks: dict[str, str]) -> Iterator[str]:
    memory = f"{roofline.bytes_per_s / 1e9:.0f} GB/s"
    yield f"{'':{LABEL_WIDTH}}  {marks['slope']} memory, measured: {memory}"
    for dtype in dict.fromkeys(point.dtype for point in roofline.points):
        largest = max((point for point in roofline.points if point.dtype == dtype), key=_by_size)
        rate = dict(roofline.roofs).get(dtype)
        of_rate = f", {largest.flop_per_s / rate:.0%} of {rate_text(rate)}" if rate else ""
        what = f"{LETTERS.get(dtype, 'x')} {dtype}, size {largest.size}"
        yield f"{'':{LABEL_WIDTH}}  {what}: {rate_text(largest.flop_per_s)}{of_rate}"


def _by_size(point: Point) -> int:
    return point.size
