"""What a report states: single facts, each with the line that states it.

A reader finds statements in lines. They are put together into the snapshot's records by
`reading`, so a reader needs to know only the form that its tool prints.

    Statement(("driver", "driver_release"), "535.129.03", line=3)
    Statement(("driver", "gpus", "0", "name"), "NVIDIA GeForce RTX 3090", line=9)
    Statement(("packages", "distributions", "torch", "release"), "2.1.0+cu118", line=40)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from gpucheck.pasted import Line

Value = str | int | float | bool | list[str] | None
Field = tuple[str, ...]
"""The way to a field of `Facts`. In a list the key takes the place: a GPU's index, the name of a
package, the path of a compiler. `None` as a value states that there is none."""


class Statement(msgspec.Struct, frozen=True):
    """One fact that a line states."""

    field: Field
    value: Value
    line: int


class Reader(msgspec.Struct, frozen=True):
    """An entry of `readers/`: what it reads, and how."""

    reads: str  # in words: "nvidia-smi's table"
    read: Callable[[Sequence[Line]], Iterator[Statement]]
    marks: tuple[str, ...] = ()
    """Texts in lower case: every line that it needs holds one. Empty: it needs all lines."""
    source: Literal["tool", "person"] = "tool"
    """Who speaks: what a tool printed counts more than what somebody typed."""
