"""Rows on CuPy's packages and its compatibility matrix."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row


class CupyWheelRow(Row, frozen=True):
    """A release of one of CuPy's packages."""

    key: ClassVar[tuple[str, ...]] = ("package", "release")
    package: str  # "cupy-cuda12x"
    release: str
    released: str | None
    cuda: str  # "12.x", or the exact minor: "11.2"
    requires_python: str | None
    python: tuple[str, ...]
    platforms: tuple[str, ...]
    glibc: str | None  # that the wheels for Linux need; None: none, or they do not say
    requires: tuple[str, ...]
    nccl: str | None  # of the wheel for Linux x86_64; None: none, or it does not say
    cutensor: str | None  # the same
    cudnn: str | None  # the same
    ctk: tuple[str, ...] | None  # what the extra [ctk] adds


class CupyDocumentedRow(Row, frozen=True):
    """What CuPy's compatibility matrix says of a series.

    Spans are as the page prints them: "5.0-" has no upper end, "n/a" is not used.
    """

    key: ClassVar[tuple[str, ...]] = ("series",)
    series: str  # the major: "14"
    capability: str | None
    cuda: str | None
    cutensor: str | None
    nccl: str | None
    cudnn: str | None
    python: str | None
    numpy: str | None
    scipy: str | None  # None: the page says that it is not specified
