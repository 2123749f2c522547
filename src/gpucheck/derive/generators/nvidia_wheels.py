"""`nvidia_wheels`: which component wheels make up a CUDA release.

NVIDIA's meta-package `cuda-toolkit` pins them, a release of it for each release of CUDA.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.tables.rows.nvidia import NvidiaWheelRow

PROJECT = "cuda-toolkit"


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    found = releases.final_releases(index, PROJECT).values()
    wheels = [wheel for files in found if (wheel := releases.speaker(files))]
    pins = index.each(wheels, lambda wheel: _components(index, wheel))
    for wheel, components in zip(wheels, pins, strict=True):
        yield {"cuda": wheel.release, "uploaded": wheel.uploaded, "components": components}


def _components(index: Index, file: File) -> dict[str, str]:
    """Return the exact pins on NVIDIA's wheels; each stands in several extras."""
    with index.open(file) as wheel:
        requirements = map(Requirement, wheel.metadata().requires)
    return {
        each.name: spec.version.removesuffix(".*")
        for each in sorted(requirements, key=lambda each: each.name)
        for spec in each.specifier
        if each.name.startswith("nvidia-") and spec.operator in {"==", "==="}
    }


GENERATOR = Generator(
    name="nvidia_wheels",
    states=(
        "The component wheels that NVIDIA's meta-package cuda-toolkit pins to one release for a"
        " release of CUDA; those for which it admits a range are left out."
    ),
    reads="Package index: METADATA of every cuda-toolkit wheel",
    row=NvidiaWheelRow,
    rows=_rows,
    release=lambda row: (PROJECT, row["cuda"]),
)
