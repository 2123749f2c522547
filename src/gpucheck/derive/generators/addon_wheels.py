"""`addon_wheels`: which torch the packages want that are built against one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.requirements import always
from gpucheck.tables.rows.addons import AddonWheelRow

KEPT = {"numba", "numpy", "protobuf", "torchaudio", "torchvision", "triton", "xformers"}
"""What else decides whether a release fits beside others."""
PACKAGES = ("bitsandbytes", "flash-attn", "triton", "vllm", "xformers")
LINUX = {
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_system": "Linux",
    "sys_platform": "linux",
}


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    for package in PACKAGES:
        found = releases.final_releases(index, package).values()
        yield from index.each(found, lambda files: _row(index, files))


def _row(index: Index, files: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(files)
    nothing = {"requires_python": _listed(files), "torch": None, "requires": ()}
    said = _said(index, speaker) if speaker else nothing
    wheels = releases.wheels(files)
    return {
        **said,
        "package": files[0].project,
        "release": files[0].release,
        "released": releases.uploaded(files),
        "python": releases.pythons(wheels) or None,
        "platforms": releases.platforms(wheels) or None,
        "glibc": releases.glibc(wheels),
    }


def _said(index: Index, file: File) -> dict[str, Any]:
    with index.open(file) as wheel:
        metadata = wheel.metadata()
    wanted = map(Requirement, always(metadata.requires, {"torch"}.__contains__))
    here = (str(each.specifier) for each in wanted if not each.marker or _holds(each.marker))
    return {
        "requires_python": metadata.requires_python,
        "torch": next(here, None),
        "requires": always(metadata.requires, KEPT.__contains__),
    }


def _holds(marker: Marker) -> bool:
    """Tell whether a marker holds where the wheel is for, wherever this program runs."""
    return marker.evaluate({**LINUX, "extra": ""})


def _listed(files: tuple[File, ...]) -> str | None:
    return next((file.requires_python for file in files if file.requires_python), None)


GENERATOR = Generator(
    name="addon_wheels",
    states=(
        "The Pythons and platforms that a release of a package that builds on torch has wheels "
        "for, null: there is only its source; and the torch that its wheel for Linux x86_64 "
        "requires, empty: any, null: it names none, or there is only its source, which is compiled "
        "against the torch it finds. `requires` names NumPy, Numba, protobuf and what is built on "
        "torch."
    ),
    reads=f"Package index: lists of {', '.join(PACKAGES)}, METADATA of a wheel of each release",
    row=AddonWheelRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
