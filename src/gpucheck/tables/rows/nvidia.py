"""Rows on NVIDIA's wheels of CUDA and its libraries."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda


class NvidiaWheelRow(Row, frozen=True):
    """The component wheels of a CUDA release, as its meta-package pins them."""

    key: ClassVar[tuple[str, ...]] = ("cuda",)
    cuda: BuiltForCuda
    uploaded: str | None  # of the meta-package, which is later than CUDA itself
    components: dict[str, str]


class NvidiaLibraryRow(Row, frozen=True):
    """The releases of a library's wheel that has releases of its own, such as cuDNN."""

    key: ClassVar[tuple[str, ...]] = ("package",)
    package: str  # "nvidia-cudnn-cu12"
    releases: tuple[str, ...]
