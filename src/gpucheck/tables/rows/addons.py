"""Rows on packages that are built against one torch."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row


class AddonWheelRow(Row, frozen=True):
    """A release of a package that is built against one torch."""

    key: ClassVar[tuple[str, ...]] = ("package", "release")
    package: str  # "xformers", "flash-attn", "bitsandbytes", "vllm", "triton"
    release: str
    released: str | None
    requires_python: str | None
    torch: str | None  # the requirement: "==2.8.0"; "": any; None: it names none
    requires: tuple[str, ...]  # markers kept
    python: tuple[str, ...] | None  # None: source only
    platforms: tuple[str, ...] | None
    glibc: str | None  # that the wheels for Linux need; None: none, or they do not say
