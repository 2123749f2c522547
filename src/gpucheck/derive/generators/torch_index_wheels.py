"""`torch_index_wheels`: what `pip install torch` brings, for each release and platform.

One wheel is read for each: those for other Pythons come from the same build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.remote_wheel import RemoteWheel
from gpucheck.derive.wheel_tags import glibc_of, platforms_of, python_order, pythons_of
from gpucheck.tables.rows.torch import TorchIndexWheelRow

PLATFORMS = {
    "linux_aarch64": ("linux_aarch64",),
    "linux_x86_64": ("linux_x86_64",),
    "macos_arm64": ("macos_arm64",),
    "macos_universal2": ("macos_arm64", "macos_x86_64"),
    "macos_x86_64": ("macos_x86_64",),
    "win_amd64": ("win_amd64",),
}
"""A row's platforms by a wheel's."""

_CUDA = re.compile(r"^cuda\b[^=]*= *'(\d+)\.(\d+)[\d.]*'$", re.MULTILINE)
"""In torch/version.py: `cuda = '9.0.176'`, since 2.1 `cuda: Optional[str] = '12.1'`, or `None`."""

_ARCHITECTURES = r"sm_\d+[a-z]?(?: (?:sm|compute)_\d+[a-z]?)*(?=\0)"
"""What torch.cuda.get_arch_list() splits, since 1.7: "sm_75 sm_80 compute_80". It begins with plain
letters, which `re` finds fast: most of the library comes before it."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    wheels: dict[tuple[str, str], list[File]] = {}
    for file in index.files("torch"):
        if file.is_wheel and not file.is_yanked and not Version(file.release).is_prerelease:
            for tag in platforms_of(file.filename):
                for platform in PLATFORMS.get(tag, ()):
                    wheels.setdefault((file.release, platform), []).append(file)
    rows = index.each(wheels.items(), lambda item: _row(index, *item[0], item[1]))
    yield from (row for row in rows if row is not None)


def _row(index: Index, release: str, platform: str, files: list[File]) -> dict[str, Any] | None:
    """Return the row; None: the wheels are none that pip would take."""
    pythons = {python for file in files for python in pythons_of(file.filename)}
    file = max(files, key=_rank)
    with index.open(file) as wheel:
        if wheel.member(r"[^/]+\.dist-info/METADATA") is None:
            return None  # 1.7.0 for Windows: zip files of torch, without what makes a wheel
        cuda = _cuda(wheel)
        targets = _targets(wheel) if cuda else None
        requires = wheel.metadata().requires
    return {
        "torch": release,
        "platform": platform,
        "released": min((file.uploaded for file in files if file.uploaded), default=None),
        "requires_python": file.requires_python,
        "python": sorted(pythons, key=python_order),
        "glibc": glibc_of(file.filename),
        "cuda": cuda,
        "targets": targets,
        "requires": [each for each in requires if not _is_of_extra(each)],
    }


def _rank(file: File) -> tuple[tuple[int, int], str]:
    """Return what is greatest for the wheel to read: of the newest Python, with a GIL."""
    usual = [python_order(python)[:2] for python in pythons_of(file.filename) if python[-1] != "t"]
    return max(usual, default=(0, 0)), file.filename


def _cuda(wheel: RemoteWheel) -> str | None:
    found = _CUDA.search(wheel.member(r"torch/version\.py") or "")
    return f"{found[1]}.{found[2]}" if found else None


def _targets(wheel: RemoteWheel) -> list[str] | None:
    """Return "8.0" for machine code and "9.0+PTX" for machine code and PTX.

    None: the library does not say.
    """
    text = wheel.search(r"torch/lib/libtorch_python\.so", _ARCHITECTURES)
    if text is None:
        return None
    names = text.split()
    ptx = [name.removeprefix("compute_") for name in names if name.startswith("compute_")]
    code = [name.removeprefix("sm_") for name in names if name.startswith("sm_")]
    if not set(ptx) <= set(code):  # "X.Y+PTX" in a list of targets gives both
        raise ValueError(f"{wheel.filename} has PTX for what it has no machine code for: {text}")
    return [_capability(number) + ("+PTX" if number in ptx else "") for number in code]


def _capability(number: str) -> str:
    """Return "10.0" for "100", "9.0a" for "90a"."""
    found = re.fullmatch(r"(\d+)(\d[a-z]?)", number)
    return f"{found[1]}.{found[2]}" if found else number


def _is_of_extra(requirement: str) -> bool:
    return "extra ==" in str(Requirement(requirement).marker or "")


GENERATOR = Generator(
    name="torch_index_wheels",
    states=(
        "What the package index serves of a PyTorch release for a platform. cuda is null for a"
        " build without CUDA, targets for one without CUDA or one that does not name them (before"
        " 1.7), glibc off Linux; released is the day of the platform's first wheel."
    ),
    reads=(
        "Package index: METADATA, torch/version.py and the architectures inside"
        " torch/lib/libtorch_python.so of one torch wheel a release and platform"
    ),
    row=TorchIndexWheelRow,
    rows=_rows,
)
