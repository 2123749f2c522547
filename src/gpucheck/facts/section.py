"""What the snapshot is made of: records, and sections that know how they came about."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import msgspec

Outcome = Literal[
    "ok",  # the probe ran to its end
    "refused",  # the probe said that it cannot work here (its reason says why)
    "failed",  # the probe itself raised
    "exited",  # what the probe called ended the process: sys.exit, os._exit
    "crashed",  # the process died by a signal
    "timed_out",  # it was still running at its time limit, and was ended
    "unkillable",  # it did not end even when killed: stuck inside the kernel
    "garbled",  # it ended well, but what it wrote is incomplete or unreadable
    "not_started",  # its process could not be started
    "not_asked",  # the user left it out (--no-import)
    "absent",  # the thing to be asked is not installed
    "not_given",  # a pasted report does not mention it
]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all snapshot records: frozen, keyword-only, unknown fields left out of JSON."""


T_co = TypeVar("T_co", covariant=True)


class Section(Record, Generic[T_co], frozen=True):
    """One part of the snapshot, with how it was obtained."""

    outcome: Outcome
    value: T_co
    elapsed_s: float | None = None  # wall time of the probe in seconds: 0.031
    stage: str | None = None  # the step under way when the probe ended early: "nvmlInit_v2"
    signal: str | None = None  # the signal that ended the process: "SIGSEGV"
    exit_status: int | None = None  # the process's exit status, when it exited by itself
    reason: str | None = None  # one sentence on why the outcome is not "ok"
    output_tail: str = ""  # the end of what the process printed, when it did not end well

    @property
    def is_ok(self) -> bool:
        """Whether the probe ran to its end."""
        return self.outcome == "ok"
