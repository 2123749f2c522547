"""Lines of the form "label: value", which most tools print and most issue forms ask for.

PyTorch version: 2.1.0+cu118
- `transformers` version: 4.40.0
**OS**: Ubuntu 22.04
Driver Version                        : 535.129.03
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from gpucheck.pasted import MOST_LINES, Line

NOTHING = frozenset(
    [
        "n/a",
        "na",
        "none",
        "null",
        "no",
        "unknown",
        "could not collect",
        "not found",
        "not available",
        "not installed",
        "no cuda",
        "not applicable",
        "[n/a]",
        "[not supported]",
        "not specified",
        "x.x",
        "-",
    ]
)
"""What stands where a tool or a person has no value."""

_LONGEST_LABEL = 90
_LABEL = re.compile(r"[\s\-*•+#]{0,12}(?:\[[ xX]\] )?[`*_]{0,3}([A-Za-z].{0,70}?)[`*_\s]{0,40}$")
_SEPARATOR = re.compile(r"[:=]")
_HEADING = re.compile(r"#{2,5}\s{1,4}([A-Za-z][^:=#]{1,60}?):?$")
_MARKS = re.compile(r"[`*_]{1,3}")


class Labelled(msgspec.Struct, frozen=True):
    """A label with its value, as it stands there."""

    label: str  # in lower case, without signs: "pytorch version"
    value: str  # "" where the value stands on the next lines
    line: int


def labelled(lines: Sequence[Line]) -> Iterator[Labelled]:
    """Yield the labels of all lines that have one, with their values."""
    heading = ""
    for line in lines:
        text = line.text
        if heading:
            yield Labelled(heading, text.strip().strip("`*").strip(), line.number)
            heading = ""
        title = _HEADING.match(text) if text.startswith("#") else None
        if title:
            heading = " ".join(title[1].lower().split())
            continue
        parts = _parts(text)
        if parts:
            yield Labelled(*parts, line.number)


@lru_cache(maxsize=MOST_LINES)
def _parts(text: str) -> tuple[str, str] | None:
    """Return the label and the value of a line; several readers ask for the same lines."""
    separator = _SEPARATOR.search(text, 0, _LONGEST_LABEL)
    found = _LABEL.match(text[: separator.start()]) if separator else None
    if not found or not separator:
        return None
    label = " ".join(_MARKS.sub("", found[1]).lower().split())
    return label, text[separator.end() :].strip().strip("`*_").strip()


def is_nothing(value: str) -> bool:
    """Tell whether a value says that there is none."""
    return not value or value.strip("\"'. ").lower() in NOTHING
