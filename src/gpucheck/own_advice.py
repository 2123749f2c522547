"""Leave out of a pasted report of gpucheck what it advises: that is not how the machine is.

In: the lines of a paste. Out: those that say something of the machine. Only a paste that holds
gpucheck's own heading is looked at. A fix is a line with that label and the commands below it, up
to the label "more".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gpucheck.pasted import Line

_HEADING = re.compile(r"\s{0,4}(?:## gpucheck: |gpucheck \d+\.\d+\.\d+(?: · |, )tables of )")
_FIX = re.compile(r"\s{0,4}(?:fix\s{2,}|Fix: )")
_MORE = re.compile(r"\s{0,4}(?:more\s{2,}gpucheck explain|More: )")
_BELOW = re.compile(r"\s{8,}\S")
MOST_COMMANDS = 12  # lines of commands below a fix
BLANK_AND_FENCE = 3  # from a fix in Markdown to its first command


def without_advice(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines without gpucheck's own fixes."""
    if not any(_HEADING.match(line.text) for line in lines):
        return tuple(lines)
    starts = (start for start, line in enumerate(lines) if _FIX.match(line.text))
    advice = {place for start in starts for place in range(start, _end(lines, start))}
    return tuple(line for place, line in enumerate(lines) if place not in advice)


def _end(lines: Sequence[Line], start: int) -> int:
    """Return the place behind a fix; of a report that was cut off there, what is surely of it."""
    following = range(start + 1, min(start + 1 + MOST_COMMANDS, len(lines)))
    more = next((place for place in following if _MORE.match(lines[place].text)), None)
    if more is not None:
        return more
    is_fenced = following and lines[start + 1].number - lines[start].number == BLANK_AND_FENCE
    for place in following:
        is_next = lines[place].number == lines[place - 1].number + 1 or place == start + 1
        if not (is_next and (is_fenced or _BELOW.match(lines[place].text))):
            return place
    return following.stop
