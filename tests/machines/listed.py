"""What a machine of the two lists is: facts, where they come from, and what must be found."""

from __future__ import annotations

from typing import Literal

import msgspec

from gpucheck.facts import Facts


class ListedMachine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine with the findings that it must give."""

    name: str  # "an RTX 4090 on driver 535 with torch for CUDA 12.4"
    facts: Facts
    origin: Literal["made up from the tables", "after a real report", "recorded"]
    expected: tuple[str, ...] = ()
    """Root causes in order, gravest first, each with its consequences: "GPU103 > GPU127 GPU324".
    Of a healthy machine: the notes that it may give."""
