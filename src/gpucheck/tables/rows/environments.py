"""Rows on frameworks side by side, and those that are no more."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row


class FrameworkConflictRow(Row, frozen=True):
    """Whether a torch and a TensorFlow of the package index fit into one environment."""

    key: ClassVar[tuple[str, ...]] = ("torch", "tensorflow")
    torch: str
    tensorflow: str
    python: tuple[str, ...]  # for which both have wheels on Linux x86_64
    clashes: tuple[str, ...]  # packages whose requirements exclude each other
    and_cuda_clashes: tuple[str, ...] | None  # with tensorflow[and-cuda]; None: no such extra


class RetiredFrameworkRow(Row, frozen=True):
    """A framework that is no longer developed."""

    key: ClassVar[tuple[str, ...]] = ("name",)
    name: str  # as its makers write it
    packages: tuple[str, ...]  # distributions of the package index that hold nothing else
    last_release: str | None
    last_released: str | None  # "2020-07-27"
    replaced_by: str
