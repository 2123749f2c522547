"""Lines that programs printed: in a pasted report, in the kernel's log, at an import."""

from __future__ import annotations

from gpucheck.facts.section import Record

KERNEL_LOG = "the kernel's log"
SMOKE_TEST = "smoke test, "
"""How `where` begins for what a smoke test met: the machine itself did it, just now."""


class SeenMessage(Record, frozen=True):
    """A line that may tell a cause, with where it was seen."""

    text: str
    where: str  # in words: "the report, line 12", "the kernel's log", "importing torch"
    subject: str = "report"  # what it is about, as in findings: "framework/torch"


class SeenValue(Record, frozen=True):
    """A value that a report states, with the line that states it."""

    field: str  # "driver.driver_release", "frameworks.torch.release"
    value: str  # as the report has it: "535.129.03"
    where: str  # "line 12"
    text: str  # the line

    @property
    def evidence(self) -> str:
        """The line, and where it stands."""
        return f"{self.where}: {self.text}"
