"""Rows on error codes, kernel messages and messages that users see."""

from __future__ import annotations

from typing import ClassVar, Literal

from gpucheck.tables.form import Row


class NvmlErrorRow(Row, frozen=True):
    """A return code of NVML."""

    key: ClassVar[tuple[str, ...]] = ("code",)
    code: int
    name: str
    meaning: str | None
    fixes: tuple[str, ...]


class CudaErrorRow(Row, frozen=True):
    """An error code of the CUDA driver and runtime."""

    key: ClassVar[tuple[str, ...]] = ("code",)
    code: int
    name: str | None
    runtime_name: str | None
    message: str | None
    meaning: str | None
    fixes: tuple[str, ...]


class XidRow(Row, frozen=True):
    """An Xid: a GPU error that the kernel driver logs."""

    key: ClassVar[tuple[str, ...]] = ("xid",)
    xid: int
    mnemonic: str | None
    meaning: str | None
    action: str | None  # NVIDIA's immediate action, as a code: "RESTART_APP"
    investigate: str | None  # NVIDIA's next step, as a code
    severity: Literal["application", "hardware", "reset", "support", "information"] | None


class KernelLogPatternRow(Row, frozen=True):
    """A line of the kernel log that shows a cause; `pattern` is a Python regular expression."""

    key: ClassVar[tuple[str, ...]] = ("cause", "pattern")
    cause: str
    rule: str  # "GPU105"
    pattern: str
    contains: tuple[str, ...]  # every match has one of these, in lower case: tried first, for speed
    meaning: str
    example: str  # a line that the pattern finds


class ErrorMessageRow(Row, frozen=True):
    """A message a user sees, and the rule it speaks for; `pattern` is a regular expression."""

    key: ClassVar[tuple[str, ...]] = ("rule", "pattern")
    rule: str
    cause: str
    pattern: str
    contains: tuple[str, ...]  # every match has one of these, in lower case: tried first, for speed
    printed_by: str  # "PyTorch", "the CUDA runtime", "nvidia-smi"
    certainty: Literal["proves", "likely", "suggests"]
    """It has no other cause; it mostly has this one; it has others as well."""
    meaning: str
    example: str
