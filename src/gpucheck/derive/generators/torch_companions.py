"""`torch_companions`: which torch a release of torchvision or torchaudio asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.tables.rows.torch import TorchCompanionRow

PACKAGES = ("torchaudio", "torchvision")


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package in PACKAGES:
        found = releases.final_releases(index, package).values()
        of_each_release = [wheels for files in found if (wheels := releases.wheels(files))]
        yield from index.each(of_each_release, lambda wheels: _row(index, wheels))


def _row(index: Index, wheels: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(wheels) or wheels[0]
    return {
        "package": speaker.project,
        "release": speaker.release,
        "torch": _torch(index, speaker),
        "python": releases.pythons(wheels),
    }


def _torch(index: Index, file: File) -> str | None:
    with index.open(file) as wheel:
        requirements = map(Requirement, wheel.metadata().requires)
        found = [each for each in requirements if canonicalize_name(each.name) == "torch"]
    return str(found[0].specifier) if found else None


GENERATOR = Generator(
    name="torch_companions",
    states=(
        "The torch that a release of torchvision or torchaudio on the package index requires:"
        ' "==2.8.0", "" for any release, null for none; and the Pythons with a wheel.'
    ),
    reads=(
        "Package index: METADATA of one wheel a release of torchvision and torchaudio,"
        " Linux x86_64 where there is one"
    ),
    row=TorchCompanionRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
