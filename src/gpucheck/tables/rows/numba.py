"""Rows on numba and numba-cuda."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import ComputeCapability, ToolkitCuda


class NumbaWheelRow(Row, frozen=True):
    """A release of numba or numba-cuda."""

    key: ClassVar[tuple[str, ...]] = ("package", "release")
    package: str
    release: str
    released: str | None
    requires_python: str | None
    python: tuple[str, ...]  # "3" where the tag says any Python 3
    platforms: tuple[str, ...]  # "any" where it is pure Python
    glibc: str | None  # that the wheels for Linux need; None: none, or they do not say
    requires: tuple[str, ...]
    extras: dict[str, tuple[str, ...]]  # those that bring CUDA: {"cu12": (…)}


class NumbaDocumentedRow(Row, frozen=True):
    """What numba's documentation says of a release and its own CUDA target."""

    key: ClassVar[tuple[str, ...]] = ("release",)
    release: str
    python: tuple[str, ...] | None  # tested: any of these specifiers, such as ">=3.10,<3.15"
    numpy: tuple[str, ...] | None  # the same: (">=1.22,<1.27", ">=2.0,<2.6")
    toolkit_min: ToolkitCuda | None  # there never is a documented maximum
    capability_min: ComputeCapability | None
    capability_deprecated_below: ComputeCapability | None  # None: nothing is said to be deprecated
