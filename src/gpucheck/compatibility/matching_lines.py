"""Find which of many patterns match which of many lines, also where a line was wrapped.

Each pattern names texts of which every match holds one, so all lines are searched for those at
once, and only lines that hold one are matched. A megabyte takes a fraction of a second.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import TypeVar

from gpucheck.tables.rows.errors import ErrorMessageRow, KernelLogPatternRow

PatternRowT = TypeVar("PatternRowT", ErrorMessageRow, KernelLogPatternRow)

MOST_CANDIDATES = 500
"""Lines that are matched with one pattern; a finding shows a few."""


class Lines:
    """Lines that patterns are looked for in."""

    def __init__(self, lines: Sequence[str], *, may_be_wrapped: bool) -> None:
        self._lines = lines
        self._may_be_wrapped = may_be_wrapped
        # Line breaks count as blanks, so that a text is found across them too.
        searched = [line.strip().lower() for line in lines]
        self._all = " ".join(searched)
        self._starts = [0, *accumulate(len(line) + 1 for line in searched)]

    def matching(self, rows: Sequence[PatternRowT]) -> Iterator[tuple[PatternRowT, int, str]]:
        """Yield each match: the row, the place of its line, and the line, unwrapped if need be."""
        for row in rows:
            pattern = _compiled(row.pattern)
            for place in self.holding(row.contains, MOST_CANDIDATES):
                text = self._match(pattern, place)
                if text is not None:
                    yield row, place, text

    def holding(self, parts: Sequence[str], at_most: int) -> list[int]:
        """Return the places of the lines that hold one of the texts, which are in lower case."""
        places: set[int] = set()
        for part in parts:
            at = self._all.find(part)
            while at >= 0 and len(places) < at_most:
                place = bisect_right(self._starts, at) - 1
                places.add(place)
                at = self._all.find(part, self._starts[place + 1])
        return sorted(places)

    def _match(self, pattern: re.Pattern[str], place: int) -> str | None:
        line = self._lines[place]
        if pattern.search(line):
            return line
        if not self._may_be_wrapped:
            return None
        for start in (place, place - 1):
            pair = self._lines[start : start + 2] if start >= 0 else ()
            for glue in (" ", "") if len(pair) > 1 else ():
                joined = pair[0].rstrip() + glue + pair[1].lstrip()
                if pattern.search(joined):
                    return joined
        return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # People write messages down in their own case. The cache of `re` is smaller than the tables.
    return re.compile(pattern, re.IGNORECASE)
