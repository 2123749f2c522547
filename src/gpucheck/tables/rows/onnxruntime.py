"""Rows on ONNX Runtime for GPUs."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda


class OnnxruntimeWheelRow(Row, frozen=True):
    """A release of onnxruntime-gpu on the package index."""

    key: ClassVar[tuple[str, ...]] = ("release",)
    release: str
    released: str | None
    requires_python: str | None
    python: tuple[str, ...]
    platforms: tuple[str, ...]
    glibc: str | None  # that the wheels for Linux need; None: none, or they do not say
    cuda: BuiltForCuda | None  # None: the wheel does not say, as before 1.21
    cuda_major: int | None  # of the libcudart.so that it loads; no minor matters to it
    cudnn_major: int | None  # of the libcudnn.so that it loads
    requires: tuple[str, ...]
    extras: dict[str, tuple[str, ...]]  # {"cuda": ("nvidia-cuda-runtime~=13.0", …), "cudnn": …}


class OnnxruntimeDocumentedRow(Row, frozen=True):
    """The CUDA and cuDNN that ONNX Runtime's page names for a build of a release."""

    key: ClassVar[tuple[str, ...]] = ("release", "cuda")
    release: str  # as the page splits them: "1.17" speaks for 1.17.0 and 1.17.1
    cuda: str  # as the page says it: "11.8", "12.x"
    cudnn: str  # "8.2.4 (Linux), 8.2.2.26 (Windows)", "9.x"
    is_index_default: bool  # the package index serves this build, or there is no other
