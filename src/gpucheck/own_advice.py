"""Leave out of a pasted report of gpucheck what it advises: that is not how the machine is.

In: the lines of a paste. Out: those that say something of the machine. Only a paste that holds
gpucheck's own heading is looked at. In a text report a fix is a line with that label and the lines
that are indented below it; in Markdown a line "Fix: " and the commands up to "More: ".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line

_HEADING = re.compile(r"## gpucheck: |gpucheck \d+\.\d+\.\d+(?: · |, )tables of ")
_LABEL = re.compile(r"\s{0,4}fix\s{2,}")
_BELOW = re.compile(r"\s{8,}\S")
_FIX, _MORE = "Fix: ", "More: "
MOST_COMMANDS = 12  # lines of commands below a fix


def without_advice(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines without gpucheck's own fixes."""
    if not any(_HEADING.match(line.text) for line in lines):
        return tuple(lines)
    advice = {number for start in range(len(lines)) for number in _advice_at(lines, start)}
    return tuple(line for number, line in enumerate(lines) if number not in advice)


def _advice_at(lines: Sequence[Line], start: int) -> Iterator[int]:
    """Yield the places of the lines of a fix that begins at one; none: none does."""
    text = lines[start].text
    if text.startswith(_FIX):
        following = range(start + 1, min(start + 1 + MOST_COMMANDS, len(lines)))
        end = next((n for n in following if lines[n].text.startswith(_MORE)), start + 1)
        yield from range(start, end)
    elif _LABEL.match(text):
        yield start
        for number in range(start + 1, len(lines)):
            if not _BELOW.match(lines[number].text):
                return
            yield number
