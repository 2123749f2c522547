"""How a fake driver misbehaves: which function fails, hangs or crashes, and from which call on.

In: function names or patterns (``nvmlDevice*``). Out: lines of a scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .build import check_functions


@dataclass(frozen=True)
class Faults:
    """The faults of a machine or of one GPU; all names may be patterns.

    Raises:
        ValueError: a name stands for no function of the fake libraries.
    """

    errors: Mapping[str, int] = field(default_factory=dict)
    """The code that the function returns: ``{"nvmlDeviceGetName": 15}``."""
    hang: tuple[str, ...] = ()
    segfault: tuple[str, ...] = ()
    abort: tuple[str, ...] = ()
    exit: Mapping[str, int] = field(default_factory=dict)
    """The status with which the function ends the process: ``{"nvmlInit_v2": 3}``."""
    delay_ms: Mapping[str, int] = field(default_factory=dict)
    """Milliseconds that the function takes before it answers."""
    after: Mapping[str, int] = field(default_factory=dict)
    """How many calls pass unharmed first, by a name that another field uses."""

    def __post_init__(self) -> None:
        named = {name for _, name, _ in self._each()}
        check_functions(tuple(sorted(named)), "nvml.c", "cuda.c")
        if not named.issuperset(self.after):
            raise ValueError(f"no fault for {sorted(set(self.after) - named)}")

    def lines(self) -> Iterator[str]:
        """Yield the scenario's lines, ``error.nvmlDeviceGetName = 15 after 3``."""
        for kind, name, amount in self._each():
            passing = f" after {self.after[name]}" if name in self.after else ""
            yield f"{kind}.{name} = {amount}{passing}"

    def _each(self) -> Iterator[tuple[str, str, int]]:
        for kind, amounts in (
            ("error", self.errors),
            ("hang", dict.fromkeys(self.hang, 1)),
            ("segfault", dict.fromkeys(self.segfault, 1)),
            ("abort", dict.fromkeys(self.abort, 1)),
            ("exit", self.exit),
            ("delay_ms", self.delay_ms),
        ):
            for name, amount in amounts.items():
                yield kind, name, amount
