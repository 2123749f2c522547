"""Leave out of a pasted report of gpucheck what it advises: that is not how the machine is.

In: the lines of a paste. Out: those that say something of the machine. Only a paste that holds
gpucheck's own heading is looked at, as text or as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line

_HEADING = re.compile(r"(?:## )?gpucheck(?: \d+\.\d+\.\d+ · tables of |: )")
_BEGINS = re.compile(r"\s{0,4}(?:fix\s{2,}|Fix: )")
_ENDS = re.compile(r"\s{0,4}(?:(?:more|seen|then)\s{2,}|More: |### |\S GPU\d{3}\b|\d+ error)")


def without_advice(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines without gpucheck's own fixes."""
    if not any(_HEADING.match(line.text) for line in lines):
        return tuple(lines)
    return tuple(_without(lines))


def _without(lines: Sequence[Line]) -> Iterator[Line]:
    is_advice = False
    for line in lines:
        if _BEGINS.match(line.text):
            is_advice = True
        elif is_advice and _ENDS.match(line.text):
            is_advice = False
        if not is_advice:
            yield line
