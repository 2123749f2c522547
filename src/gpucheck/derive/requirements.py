"""What wheels require, as Requires-Dist says it: whole requirements, in one spelling.

In: lines of METADATA, such as `nvidia-cudnn-cu12 (<10.0,>=9.1) ; extra == 'cuda12'`. Out: the same
without the extra, spelled as today: `nvidia-cudnn-cu12<10.0,>=9.1`. Other markers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_EXTRA_ALONE = re.compile(rf"^\s*{_EXTRA.pattern}\s*$")
_EXTRA_FIRST = re.compile(rf"^\s*{_EXTRA.pattern}\s+and\s+")
_EXTRA_LAST = re.compile(rf"\s+and\s+{_EXTRA.pattern}\s*$")


def always(requires: Iterable[str], is_kept: Callable[[str], bool]) -> tuple[str, ...]:
    """Return what is required without any extra, by those whose name `is_kept` accepts."""
    return tuple(
        requirement
        for line in requires
        if not _EXTRA.search(line) and (requirement := _plain(line, is_kept))
    )


def of_extra(requires: Iterable[str], extra: str) -> tuple[str, ...] | None:
    """Return what an extra adds; its spelling does not matter. None: there is no such extra."""
    wanted = canonicalize_name(extra)
    added = [
        plain
        for line in requires
        if wanted in map(canonicalize_name, _EXTRA.findall(line)) and (plain := _plain(line))
    ]
    return tuple(added) or None


def _plain(line: str, is_kept: Callable[[str], bool] = bool) -> str | None:
    """Return a requirement without its extra; None: it is not kept, or cannot be read."""
    what, _, marker = line.partition(";")
    if _EXTRA_ALONE.match(marker):
        marker = ""
    marker = _EXTRA_LAST.sub("", _EXTRA_FIRST.sub("", marker))
    try:
        requirement = Requirement(f"{what}; {marker}" if marker.strip() else what)
    except InvalidRequirement:
        return None
    return str(requirement) if is_kept(canonicalize_name(requirement.name)) else None
