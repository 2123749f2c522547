"""`torch_companions`: which torch a release of torchvision or torchaudio asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.wheel_tags import platforms_of, python_order, pythons_of
from gpucheck.tables.rows.torch import TorchCompanionRow

PACKAGES = ("torchaudio", "torchvision")


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package in PACKAGES:
        wheels: dict[str, list[File]] = {}
        for file in index.files(package):
            if file.is_wheel and not file.is_yanked and not Version(file.release).is_prerelease:
                wheels.setdefault(file.release, []).append(file)
        required = index.each(wheels.values(), lambda files: _torch(index, max(files, key=_rank)))
        for (release, files), torch in zip(wheels.items(), required, strict=True):
            pythons = {python for file in files for python in pythons_of(file.filename)}
            yield {
                "package": package,
                "release": release,
                "torch": torch,
                "python": sorted(pythons, key=python_order),
            }


def _rank(file: File) -> tuple[bool, tuple[tuple[int, int, str], ...], str]:
    """Return what is greatest for the wheel to read: Linux on x86-64, newest Python."""
    pythons = sorted(map(python_order, pythons_of(file.filename)))
    return "linux_x86_64" in platforms_of(file.filename), tuple(pythons), file.filename


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
)
