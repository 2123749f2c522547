"""`torch_companions` on a small index: the torch that torchvision and torchaudio ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Asked, Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.torch_companions import GENERATOR
from gpucheck.derive.index import Index


def vision(filename: str, *requires: str) -> Served:
    """Return a wheel of torchvision with these requirements."""
    release = filename.split("-")[1]
    inside = f"torchvision-{release}.dist-info/METADATA"
    return wheel(filename, {inside: metadata("torchvision", release, requires=requires)})


def rows(
    tmp_path: Path, files: Sequence[Served], asked: list[Asked] | None = None
) -> list[dict[str, Any]]:
    """Return the generator's rows where torchaudio has a source archive only."""
    projects = {"torchvision": files, "torchaudio": [sdist("torchaudio-0.2.tar.gz")]}
    with small_index(projects, asked=asked) as address:
        return list(GENERATOR.rows(Index(address, Cache(tmp_path))))


@pytest.mark.parametrize(
    ("requirement", "torch"),
    [
        ("torch==2.8.0", "==2.8.0"),
        ("torch (==1.10.0)", "==1.10.0"),
        ("torch>=2.14.0", ">=2.14.0"),
        ("Torch", ""),
        ("pytorch-triton==3.0", None),
    ],
)
def test_torch_is_the_requirement_s_specifier(
    tmp_path: Path, requirement: str, torch: str | None
) -> None:
    """An exact pin, a range, any torch ("") and no torch at all (None) are four answers."""
    name = "torchvision-0.23.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    (row,) = rows(tmp_path, [vision(name, "numpy", requirement)])
    assert row == {
        "package": "torchvision",
        "release": "0.23.0",
        "torch": torch,
        "python": ["3.12"],
    }


def test_linux_speaks_for_its_release(tmp_path: Path) -> None:
    """Only that wheel is read; Pythons are those of all wheels."""
    asked: list[Asked] = []
    linux = "torchvision-0.23.0-cp39-cp39-manylinux_2_28_x86_64.whl"
    (row,) = rows(
        tmp_path,
        [
            vision("torchvision-0.23.0-cp313-cp313-win_amd64.whl", "torch==9.9"),
            vision(linux, "torch==2.8.0"),
        ],
        asked,
    )
    assert (row["torch"], row["python"]) == ("==2.8.0", ["3.9", "3.13"])
    assert {each.name for each in asked if each.name.endswith(".whl")} == {linux}
