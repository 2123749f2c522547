"""How old a release is, from dates alone: nothing here looks at a clock."""

from __future__ import annotations

from calendar import timegm

_DAY_S = 86_400


def days_between(earlier: str | None, later: str | None) -> int:
    """Return the days from one date to another ("2026-10-28"); 0 where one is not known."""
    if not earlier or not later:
        return 0
    return (_seconds(later) - _seconds(earlier)) // _DAY_S


def _seconds(date: str) -> int:
    year, month, day = map(int, date.split("-"))
    return timegm((year, month, day, 0, 0, 0))
