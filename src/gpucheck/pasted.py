r"""Pasted text in, clean numbered lines out.

People paste terminals, issue forms and Markdown, from every system and in every encoding:

    > ```console                      quoted, fenced
    > \x1b[31mRuntimeError\x1b[0m: …   coloured
    100%|████| 5.1G/5.1G\rdone         rewritten by carriage returns

What is layout goes; what was said stays, with the number of its line in what was pasted.
"""

from __future__ import annotations

import html
import re

import msgspec

LONGEST_LINE = 4000
"""Characters of a line that are kept; what tells one message from another stands in front."""
MOST_LINES = 20_000
"""Of a longer text the beginning and the end are read, half of each: what broke stands there."""

_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|[@-Z\\-_])"
)
_UNSEEN = dict.fromkeys([*range(9), *range(11, 32), 0x7F, 0xAD, *range(0x200B, 0x2010), 0xFEFF])
_SEEN_ALIKE = {0xA0: " ", 0x2007: " ", 0x202F: " ", 0x3000: " ", 0xFF1A: ":", 0xFF1D: "="}
_ALIKE = str.maketrans({**_UNSEEN, **_SEEN_ALIKE})
_QUOTE = re.compile(r"(?:> ?)+(?!>)")
_FENCE = re.compile(r"\s{0,8}(?:```|~~~)\s{0,4}[\w+.-]{0,20}\s{0,4}$")
_TAG = re.compile(r"</?(?:details|summary|pre|code|br|p|b|i|kbd)\s?/?>", re.IGNORECASE)
_LIKELY_BINARY = 0.1


class NotTextError(ValueError):
    """What was given is no text; the message says what it is."""


class Line(msgspec.Struct, frozen=True):
    """One line of what was pasted, without its layout."""

    number: int  # counted from 1
    text: str


def lines_of(pasted: bytes) -> tuple[Line, ...]:
    """Return the lines that say something; what encoding they have is found out.

    Raises:
        NotTextError: there is nothing, or it is no text.
    """
    text = _decoded(pasted)
    if not text.strip():
        raise NotTextError("it is empty")
    if _share_of_controls(text) > _LIKELY_BINARY:
        raise NotTextError("it is a binary file, no text")
    numbered = list(enumerate(text.split("\n"), start=1))
    if len(numbered) > MOST_LINES:
        numbered = numbered[: MOST_LINES // 2] + numbered[-MOST_LINES // 2 :]
    cleaned = (Line(number, _clean(raw)) for number, raw in numbered)
    return tuple(line for line in cleaned if line.text.strip())


def _decoded(pasted: bytes) -> str:
    for mark, encoding in _ENCODINGS.items():
        if pasted.startswith(mark):
            return pasted.decode(encoding, "replace")
    second_bytes = pasted[1:200:2]
    # PowerShell's `>` writes UTF-16, and some editors lose its mark.
    is_utf_16 = second_bytes.count(0) > len(second_bytes) // 2
    return pasted.decode("utf-16-le" if is_utf_16 else "utf-8", "replace")


def _share_of_controls(text: str) -> float:
    start = text[:20_000]
    odd = sum(character < " " and character not in "\t\n\r\x08\x0c\x1b" for character in start)
    return (odd + start.count("\ufffd")) / len(start)


def _clean(raw: str) -> str:
    line = raw[: 4 * LONGEST_LINE].rstrip("\r")
    if "\r" in line:
        line = line.rpartition("\r")[2]  # what a progress bar left on the screen
    if "\x1b" in line:
        line = _ESCAPES.sub("", line)
    if "&" in line:
        line = html.unescape(line)
    line = line.translate(_ALIKE)[:LONGEST_LINE]
    if line.startswith(">") and not line.startswith(">>>"):
        line = _QUOTE.sub("", line, count=1)
    if line.lstrip()[:3] in {"```", "~~~"} and _FENCE.match(line):
        return ""
    if "<" in line:
        line = _TAG.sub("", line)
    return line.replace("\t", "    ").rstrip()
