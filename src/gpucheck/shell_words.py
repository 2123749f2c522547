"""Write a command so that it can be pasted into the shell of the machine that it is for."""

from __future__ import annotations

import re
import shlex

from gpucheck.facts import Facts

_PLAIN = re.compile(r"[\w.:\\/=+-]+")
"""Words that neither cmd nor PowerShell wants in quotes; a double quote is in no path there."""


def quoted(facts: Facts, *words: str) -> str:
    """Join the words of a command, quoted for the system that the facts are of."""
    return quoted_for(facts.machine.value.os_name, *words)


def quoted_for(os_name: str | None, *words: str) -> str:
    """Join the words of a command, quoted for a system: "Windows", or any other."""
    if os_name == "Windows":
        return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in words)
    return shlex.join(words)
