"""Make text from outside safe to print: what would steer a terminal is shown, not obeyed.

Device names, package metadata and error messages come from others. An escape sequence in one of
them could recolour, retitle or rewrite the screen; a line break could forge a line of ours.
"""

from __future__ import annotations

import re
import unicodedata

_OBEYED = ("::", "##[", "##vso[")

_STEERING_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, formatting (bidirectional overrides, zero width), surrogates, separators of lines."""


_NOT_ASCII = re.compile(r"[^\n\t\x20-\x7e]")
"""What JSON text may hold besides ASCII and layout; an encoder has escaped other controls."""


def visible(text: str) -> str:
    r"""Return `text` in one line, with steering characters as escapes: "\x1b[31m" becomes text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def unobeyed(line: str) -> str:
    """Return a line that no CI system takes for a command of its own.

    They obey "::error::" and "##[error]" where a line starts with it, indented or not.
    """
    words = line.lstrip()
    return f"{line[: len(line) - len(words)]}\\{words}" if words.startswith(_OBEYED) else line


def ascii_json(text: str) -> str:
    """Return JSON text in ASCII: the same values in every encoding, and nothing that steers."""
    return _NOT_ASCII.sub(_escaped_in_json, text)


def _escaped_in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _STEERING_CATEGORIES:
        return character
    return " " if character in "\n\t\r" else character.encode("unicode_escape").decode("ascii")
