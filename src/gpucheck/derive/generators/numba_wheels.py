"""`numba_wheels`: what numba and numba-cuda run with, by their own METADATA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.version import Version

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.requirements import always, of_extra
from gpucheck.tables.rows.numba import NumbaWheelRow

OLDEST = {"numba": Version("0.40"), "numba-cuda": Version("0.0.12")}
"""Of numba-cuda, what came before is an empty package that keeps the name."""

EXTRAS = ("cu11", "cu12", "cu13")
KEPT = {"llvmlite", "numba", "numpy"}
"""What decides whether a release fits, besides `cuda-*` and `nvidia-*`."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package, oldest in OLDEST.items():
        found = [
            (release, wheels)
            for release, files in releases.final_releases(index, package).items()
            if Version(release) >= oldest and (wheels := releases.wheels(files))
        ]
        yield from index.each(found, lambda each: _row(index, *each))


def _row(index: Index, release: str, wheels: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(wheels) or wheels[0]
    with index.open(speaker) as wheel:
        metadata = wheel.metadata()
    added = {extra: of_extra(metadata.requires, extra) for extra in EXTRAS}
    return {
        "package": speaker.project,
        "release": release,
        "released": releases.uploaded(wheels),
        "requires_python": metadata.requires_python,
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "glibc": releases.glibc(wheels),
        "requires": always(metadata.requires, _is_kept),
        "extras": {extra: requires for extra, requires in added.items() if requires},
    }


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(("cuda-", "nvidia-"))


GENERATOR = Generator(
    name="numba_wheels",
    states=(
        "The Pythons and platforms that there are wheels for, of a release of numba (0.40 or "
        "newer) or numba-cuda, and what they require, of which only numpy, llvmlite, numba and "
        "packages of CUDA are named. `extras` has those that bring CUDA; a null `requires_python`: "
        "the wheel does not say."
    ),
    reads="Package index: lists of numba and numba-cuda, METADATA of a wheel of each release",
    row=NumbaWheelRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
