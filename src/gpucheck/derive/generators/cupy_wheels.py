"""`cupy_wheels`: each release of CuPy's packages, and the libraries its wheel was built with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from packaging.version import Version

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.requirements import always, of_extra
from gpucheck.tables.rows.cupy import CupyWheelRow

OLDEST = Version("4.0.0")
EXACT_MINORS = ("8.0", "9.0", "9.1", "9.2", "10.0", "10.1", "10.2")
EXACT_MINORS_11 = tuple(f"11.{minor}" for minor in range(8))
WHOLE_MAJORS = ("11.x", "12.x", "13.x")
PACKAGES = {
    "cupy-cuda" + cuda.replace(".", ""): cuda
    for cuda in (*EXACT_MINORS, *EXACT_MINORS_11, *WHOLE_MAJORS)
}
"""The CUDA of each package; CuPy 14 has them for 12.x and 13.x only (install.rst, 2026-08)."""

KEPT = {"cuda-pathfinder", "cuda-toolkit", "numpy", "scipy"}
ABOUT = r"cupy/\.data/_wheel\.json"
"""Such as `{"cuda": "11.2", "nccl": {"version": "2.8.4", "filenames": […]}, …}`; from CuPy 8 on."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package, cuda in PACKAGES.items():
        found = [
            wheels
            for release, files in releases.final_releases(index, package).items()
            if Version(release) >= OLDEST and (wheels := releases.wheels(files))
        ]
        for row in index.each(found, lambda wheels: _row(index, wheels)):
            yield {**row, "cuda": cuda}


def _row(index: Index, wheels: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(wheels) or wheels[0]
    with index.open(speaker) as wheel:
        metadata = wheel.metadata()
        built_with = json.loads(wheel.member(ABOUT) or "{}")
    return {
        "package": speaker.project,
        "release": speaker.release,
        "released": releases.uploaded(wheels),
        "requires_python": metadata.requires_python,
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "glibc": releases.glibc(wheels),
        "requires": always(metadata.requires, KEPT.__contains__),
        "nccl": _release_of("nccl", built_with),
        "cutensor": _release_of("cutensor", built_with),
        "cudnn": _release_of("cudnn", built_with),
        "ctk": of_extra(metadata.requires, "ctk"),
    }


def _release_of(library: str, built_with: dict[str, Any]) -> str | None:
    return built_with[library]["version"] if library in built_with else None


GENERATOR = Generator(
    name="cupy_wheels",
    states=(
        "The Pythons and platforms that a release (4.0.0 or newer) of a CuPy package has wheels "
        "for; what it requires, of which only numpy and packages of CUDA are named; and the NCCL, "
        "cuTENSOR and cuDNN that its wheel for Linux x86_64 was built with, null: not built with "
        "it, or the wheel does not say, as before CuPy 8."
    ),
    reads="Package index: lists of CuPy's packages, METADATA and _wheel.json of a wheel a release",
    row=CupyWheelRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
