"""Describe the machine below Python: system, hardware, kernel, permissions, surroundings.

What comes in: nothing but the machine. What goes out: the fields of the `Machine` record, each
as soon as it is known. What must not happen: opening an NVIDIA device file (the kernel may load
a module, wake the GPU, or wait for one that is lost), starting a process, asking a name service.

The reading is done by the files in `reading/`. Each exports STEPS: for a field, the place that
is asked (a hang is blamed on it) and a generator of facts about a `Place`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

    Fact = tuple[Any, ...]  # a path into the record, then the value
    Step = tuple[str, str, Callable[[Place], Iterator[Fact]]]  # field, what is asked, how

READING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reading")

PARTS = {
    "linux": (
        "system_linux",
        "surroundings",
        "variables",
        "nvidia_linux",
        "services",
        "kernel_log",
    ),
    "darwin": ("system_mac", "surroundings", "variables"),
    "win32": ("system_windows", "surroundings", "variables"),
}
"""The files that know each system, in the order they are asked: the cheap and safe ones first."""


def probe(say: Any) -> None:
    """Report every field of the machine that can be known here.

    Raises:
        say.Refused: this operating system is not known.
    """
    if sys.platform not in PARTS:
        raise say.Refused(f"no way to describe a machine that runs {sys.platform}")
    place = say.load(os.path.join(READING, "place.py"))["Place"]()
    describe(say, place, PARTS[sys.platform])


def describe(say: Any, place: Place, parts: tuple[str, ...]) -> None:
    """Report what the files named in `parts` read from `place`."""
    for part in parts:
        take(say, place, say.load(os.path.join(READING, f"{part}.py"))["STEPS"])


def take(say: Any, place: Place, steps: tuple[Step, ...]) -> None:
    """Take the steps one by one; one that fails loses its own fields only."""
    for field, asked, facts_about in steps:
        say.stage(asked)
        try:
            for fact in facts_about(place):
                say.fact(*fact)
        except (OSError, ValueError, LookupError, ArithmeticError) as error:
            say.fact("unavailable", field, f"{asked}: {error}")
