"""Write a command so that it can be pasted into the shell of the machine that it is for.

On Windows that may be cmd or PowerShell. Inside double quotes the first still expands `%NAME%`,
the second `$NAME` and backticks, and a quote ends them in both; no path has a quote there. So these
signs are replaced in a word that has them, which then names nothing: better none than another.
"""

from __future__ import annotations

import re
import shlex

from gpucheck.facts import Facts

_PLAIN = re.compile(r"[\w.:\\/=+-]+", re.ASCII)
"""Words that neither cmd nor PowerShell wants in quotes."""
_EXPANDED = re.compile(r"[\"$`%\x00-\x1f]")


def quoted(facts: Facts, *words: str) -> str:
    """Join the words of a command, quoted for the system that the facts are of."""
    return quoted_for(facts.machine.value.os_name, *words)


def quoted_for(os_name: str | None, *words: str) -> str:
    """Join the words of a command, quoted for a system: "Windows", or any other."""
    if os_name == "Windows":
        return " ".join(w if _PLAIN.fullmatch(w) else f'"{_EXPANDED.sub("?", w)}"' for w in words)
    return shlex.join(words)
