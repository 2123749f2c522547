"""What the tables know instead of a value that they do not know."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from packaging.version import Version

MAX_ASKED_CHARACTERS = 200
NEAR_ENOUGH = 0.6
MAX_NEAR = 5
MAX_LISTED = 3

_RELEASE = re.compile(r"\d+(?:\.\d+)*(?:\.post\d+)?", re.ASCII)


def near(value: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known values most like `value`, the most alike first.

    Releases of the same major and minor count as alike, whatever their patch: the last of them.
    """
    entries = list(dict.fromkeys(known))
    short = value[:MAX_ASKED_CHARACTERS].lower()
    beginning = ".".join(short.split(".")[:2])
    related = [entry for entry in entries if entry.lower().startswith(beginning)] if short else []
    by_lower = {entry.lower(): entry for entry in entries}
    alike = difflib.get_close_matches(short, by_lower, MAX_NEAR, NEAR_ENOUGH)
    found = [*reversed(related), *(by_lower[entry] for entry in alike)]
    return tuple(dict.fromkeys(found))[:MAX_NEAR]


def extent(known: Sequence[str]) -> str | None:
    """Return in short what is known: "1.0 to 2.15.0", or the first few names; None: nothing."""
    releases = [Version(entry) for entry in known if _RELEASE.fullmatch(entry)]
    if releases and len(releases) == len(known):
        return f"{min(releases)} to {max(releases)}"
    listed = ", ".join(known[:MAX_LISTED])
    return f"{listed} …" if len(known) > MAX_LISTED else listed or None
