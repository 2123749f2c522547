"""`mxnet_wheels`: each release of MXNet's packages, one package a CUDA.

MXNet is retired: its last release is of 2022, and this list will hardly change again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.tables.rows.mxnet import MxnetWheelRow

CUDA = ("7.5", "8.0", "9.0", "9.1", "9.2", "10.0", "10.1", "10.2")
CUDA_11 = tuple(f"11.{minor}" for minor in range(8))
WITH_MKL = ("9.0", "9.2", "10.0", "10.1", "10.2")
PACKAGES: dict[str, str | None] = {
    "mxnet": None,
    **{"mxnet-cu" + cuda.replace(".", ""): cuda for cuda in (*CUDA, *CUDA_11)},
    **{f"mxnet-cu{cuda.replace('.', '')}mkl": cuda for cuda in WITH_MKL},
}
"""The CUDA of each package; None: built without."""

LIBRARY = r"([^/]+\.data/purelib/)?mxnet/libmxnet\.(so|dll|dylib)"
"""What a placeholder, a wheel of a kilobyte, lacks. Before 0.10 it lay in a folder of data."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package, cuda in PACKAGES.items():
        found = [
            wheels
            for files in releases.final_releases(index, package).values()
            if (wheels := releases.wheels(files))
        ]
        for row in index.each(found, lambda wheels: _row(index, wheels)):
            yield {**row, "cuda": cuda}


def _row(index: Index, wheels: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(wheels) or wheels[0]
    with index.open(speaker) as wheel:
        is_installable = wheel.has(LIBRARY)
    return {
        "package": speaker.project,
        "release": speaker.release,
        "released": releases.uploaded(wheels),
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "is_installable": is_installable,
    }


GENERATOR = Generator(
    name="mxnet_wheels",
    states=(
        "The Pythons and platforms that a release of an MXNet package has wheels for, by their "
        "names, and the CUDA that the package's name says, null: built without CUDA. It is not "
        "installable where the wheel has no MXNet library in it."
    ),
    reads="Package index: lists of MXNet's packages, names of the files in a wheel of each release",
    row=MxnetWheelRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
