"""`nvidia_libraries`: the releases of NVIDIA's wheels of single libraries.

Those are listed that do not follow CUDA's releases, and the CUDA runtime, whose release tells
which CUDA an environment has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import Index
from gpucheck.tables.rows.nvidia import NvidiaLibraryRow

PACKAGES = (
    "nvidia-cuda-runtime",  # of CUDA 13 and newer
    "nvidia-cuda-runtime-cu11",
    "nvidia-cuda-runtime-cu12",
    "nvidia-cudnn-cu11",
    "nvidia-cudnn-cu12",
    "nvidia-cudnn-cu13",
    "nvidia-cusparselt-cu12",
    "nvidia-cusparselt-cu13",
    "nvidia-nccl-cu11",
    "nvidia-nccl-cu12",
    "nvidia-nccl-cu13",
    "nvidia-nvshmem-cu11",
    "nvidia-nvshmem-cu12",
    "nvidia-nvshmem-cu13",
)


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package in PACKAGES:
        found = releases.final_releases(index, package).items()
        with_wheels = [release for release, files in found if releases.wheels(files)]
        yield {"package": package, "releases": with_wheels}


GENERATOR = Generator(
    name="nvidia_libraries",
    states="The releases of a library for which NVIDIA has wheels on the index, the oldest first.",
    reads="Package index: lists of NVIDIA's wheels of single libraries",
    row=NvidiaLibraryRow,
    rows=_rows,
)
