"""Rows on TensorFlow: its wheels, and what its documentation calls tested."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda


class TensorflowWheelRow(Row, frozen=True):
    """A TensorFlow wheel of the package index, by what it says of itself."""

    key: ClassVar[tuple[str, ...]] = ("release", "package", "platform")
    release: str
    package: str  # "tensorflow", "tensorflow-gpu", "tensorflow-cpu"
    platform: str  # "linux_x86_64"
    released: str | None
    requires_python: str | None
    python: tuple[str, ...]
    glibc: str | None
    is_cuda_build: bool | None  # None: the wheel does not say
    cuda: BuiltForCuda | None
    cudnn_major: int | None
    targets: tuple[str, ...] | None  # as in torch_wheels: "8.0", "9.0+PTX"
    requires: tuple[str, ...]
    and_cuda: tuple[str, ...] | None  # what the extra adds; None: there is no such extra


class TensorflowTestedRow(Row, frozen=True):
    """A configuration that TensorFlow's documentation calls tested."""

    key: ClassVar[tuple[str, ...]] = ("release", "platform")
    release: str
    platform: str  # "linux_gpu", "windows_gpu"
    package: str
    python: str  # as the page says it: "3.6-3.9"
    cuda: str | None
    cudnn: str | None
    compiler: str | None
