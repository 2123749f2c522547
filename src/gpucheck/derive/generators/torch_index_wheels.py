"""`torch_index_wheels`: what `pip install torch` brings, for each release and platform.

One wheel is read for each: those for other Pythons come from the same build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.remote_wheel import RemoteWheel
from gpucheck.derive.requirements import always
from gpucheck.derive.wheel_tags import glibc_of, platforms_of
from gpucheck.tables.rows.torch import TorchIndexWheelRow

PLATFORMS = {
    "linux_aarch64": ("linux_aarch64",),
    "linux_x86_64": ("linux_x86_64",),
    "macos_arm64": ("macos_arm64",),
    "macos_universal2": ("macos_arm64", "macos_x86_64"),
    "macos_x86_64": ("macos_x86_64",),
    "win_amd64": ("win_amd64",),
}
"""A row's platforms, by a wheel's."""

_CUDA = re.compile(r"^cuda\b[^=]*= *'(\d+)\.(\d+)[\d.]*'$", re.MULTILINE)
"""In torch/version.py: `cuda = '9.0.176'`, from 2.1 on `cuda: Optional[str] = '12.1'`, or None."""

_ARCHITECTURES = r"sm_\d+[a-z]?(?: (?:sm|compute)_\d+[a-z]?)*(?=\0)"
"""What torch.cuda.get_arch_list() splits: "sm_75 sm_80 compute_80". `re` finds plain letters, with
which this begins, fast, and most of the library stands before them."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    wheels: dict[tuple[str, str], list[File]] = {}
    for release, files in releases.final_releases(index, "torch").items():
        for file in releases.wheels(files):
            for tag in platforms_of(file.filename):
                for platform in PLATFORMS.get(tag, ()):
                    wheels.setdefault((release, platform), []).append(file)
    rows = index.each(wheels.items(), lambda item: _row(index, item[0][1], item[1]))
    yield from (row for row in rows if row is not None)


def _row(index: Index, platform: str, files: list[File]) -> dict[str, Any] | None:
    """Return the row; None: what is there for the platform are no wheels that pip takes."""
    speaker = releases.speaker(files) or files[0]
    with index.open(speaker) as wheel:
        if wheel.member(r"[^/]+\.dist-info/METADATA") is None:
            return None  # 1.7.0 for Windows: archives of torch, without what makes them wheels
        requires = wheel.metadata().requires
        cuda = _cuda(wheel)
        targets = _targets(wheel) if cuda else None
    return {
        "torch": speaker.release,
        "platform": platform,
        "released": releases.uploaded(files),
        "requires_python": speaker.requires_python,
        "python": releases.pythons(files),
        "glibc": glibc_of(speaker.filename),
        "cuda": cuda,
        "targets": targets,
        "requires": always(requires, bool),
    }


def _cuda(wheel: RemoteWheel) -> str | None:
    found = _CUDA.search(wheel.member(r"torch/version\.py") or "")
    return f"{found[1]}.{found[2]}" if found else None


def _targets(wheel: RemoteWheel) -> list[str] | None:
    """Return "8.0" for machine code, "9.0+PTX" for machine code and PTX.

    None: the library does not say.

    Raises:
        ValueError: the library says something that is not known to occur.
    """
    text = wheel.search(r"torch/lib/libtorch_python\.so", _ARCHITECTURES)
    if text is None:
        return None
    code = [name.removeprefix("sm_") for name in text.split() if name.startswith("sm_")]
    ptx = {name.removeprefix("compute_") for name in text.split() if name.startswith("comp")}
    if not ptx <= set(code):  # "X.Y+PTX" in a build's list of targets makes both
        raise ValueError(f"{wheel.filename} has PTX without machine code: {text}")
    return [_capability(number) + ("+PTX" if number in ptx else "") for number in code]


def _capability(number: str) -> str:
    """Return "10.0" for "100", "9.0a" for "90a"."""
    return re.sub(r"(\d)(\D?)$", r".\1\2", number)


GENERATOR = Generator(
    name="torch_index_wheels",
    states=(
        "What the package index serves of a PyTorch release for a platform. cuda is null for a"
        " build without CUDA, targets for one without CUDA or one that does not name them (before"
        " 1.6), glibc off Linux; released is the day of the platform's first wheel."
    ),
    reads=(
        "Package index: METADATA, torch/version.py and the architectures inside"
        " torch/lib/libtorch_python.so of one torch wheel a release and platform"
    ),
    row=TorchIndexWheelRow,
    rows=_rows,
    release=lambda row: ("torch", row["torch"]),
)
