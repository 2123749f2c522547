"""Make text from outside safe to print: what would steer a terminal is shown, not obeyed.

Device names, package metadata and error messages come from others. An escape sequence in one of
them could recolour, retitle or rewrite the screen; a line break could forge a line of ours.
"""

from __future__ import annotations

import re
import unicodedata

_COMMAND = re.compile(r"##(?=\w*\[)")
"""What GitHub ("##[error]"), Azure ("##vso[...]") and TeamCity obey wherever it stands in a line.
Source: TryParse in actions/runner, ActionCommand.cs, and in microsoft/azure-pipelines-agent,
Command.cs, 2026-11."""

_STEERING_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, formatting (bidirectional overrides, zero width), surrogates, separators of lines."""


_NOT_ASCII = re.compile(r"[^\n\t\x20-\x7e]")
"""What JSON text may hold besides ASCII and layout; an encoder has escaped other controls."""


def visible(text: str) -> str:
    r"""Return `text` in one line, with steering characters as escapes: "\x1b[31m" becomes text.

    Commands of CI systems that may stand anywhere are broken by a backslash.
    """
    plain = text.isascii() and text.isprintable()
    shown = text if plain else "".join(_shown(character) for character in text)
    return _COMMAND.sub(r"#\\#", shown) if "##" in shown else shown


def unobeyed(line: str) -> str:
    """Return a visible line that GitHub does not take for a command.

    It obeys "::error::" where a line starts with it, indented or not.
    """
    words = line.lstrip()
    return f"{line[: len(line) - len(words)]}\\{words}" if words.startswith("::") else line


def ascii_json(text: str) -> str:
    """Return JSON text in ASCII: the same values in every encoding, and nothing that steers."""
    return _COMMAND.sub(r"#\\u0023", _NOT_ASCII.sub(_escaped_in_json, text))


def _escaped_in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _STEERING_CATEGORIES:
        return character
    return " " if character in "\n\t\r" else character.encode("unicode_escape").decode("ascii")
