"""Which package a folder belonged to that an interrupted pip left behind."""

from __future__ import annotations

from gpucheck.facts import Facts

MARKS = "~-.=%0123456789"
"""What pip puts in front of a folder that it moves aside (pip, utils/temp_dir.py, 2026-08)."""


def package_of_leftover(entry: str, facts: Facts) -> str | None:
    """Return which GPU package a leftover is of: "~orch" is torch; None: of none."""
    rest = entry.lstrip(MARKS).lower().partition("-")[0].replace("_", "-")
    for each in facts.packages.value.distributions or ():
        lost = len(each.name) - len(rest)
        if rest and each.name.endswith(rest) and 0 < lost <= len(entry) - len(entry.lstrip(MARKS)):
            return each.name
    return None
