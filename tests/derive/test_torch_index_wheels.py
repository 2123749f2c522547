"""`torch_index_wheels` on a small index: what torch wheels of all ages say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Asked, Served, metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.torch_index_wheels import GENERATOR
from gpucheck.derive.index import Index

LINUX = "torch-2.8.0-cp312-cp312-manylinux_2_28_x86_64.whl"
CUDA_12_8 = "__version__ = '2.8.0+cu128'\ncuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n"
NO_CUDA = "__version__ = '2.8.0+cpu'\ncuda: Optional[str] = None\nhip: Optional[str] = None\n"


def torch(
    filename: str, version: str = NO_CUDA, library: bytes = b"", requires: Sequence[str] = ()
) -> Served:
    """Return a torch wheel with version.py, libtorch_python.so and requirements."""
    release = filename.split("-")[1]
    members: dict[str, str | bytes] = {
        "torch/version.py": version,
        "torch/lib/libtorch_python.so": library,
        f"torch-{release}.dist-info/METADATA": metadata("torch", release, requires=requires),
    }
    return wheel(filename, members, requires_python=">=3.9.0")


def rows(
    tmp_path: Path, *files: Served, asked: list[Asked] | None = None
) -> dict[str, dict[str, Any]]:
    """Return the generator's rows by platform."""
    with small_index({"torch": files}, asked=asked) as address:
        found = list(GENERATOR.rows(Index(address, Cache(tmp_path))))
    by_platform = {row["platform"]: row for row in found}
    assert len(by_platform) == len(found)
    return by_platform


def test_a_row_is_what_the_wheel_says(tmp_path: Path) -> None:
    """CUDA from version.py, targets from the library, requirements without those of extras."""
    library = b"\x7fELF sm_carveout\0\0sm_75 sm_80 sm_100 sm_120 compute_120\0is_sm_90 \0sm_35\0"
    requires = (
        "filelock",
        'nvidia-cudnn-cu12 (==9.10.2.21) ; platform_system == "Linux"',
        'optree>=0.13.0; extra == "optree"',
    )
    row = rows(tmp_path, torch(LINUX, CUDA_12_8, library, requires))["linux_x86_64"]
    assert (row["torch"], row["cuda"], row["glibc"]) == ("2.8.0", "12.8", "2.28")
    assert row["targets"] == ["7.5", "8.0", "10.0", "12.0+PTX"]
    assert row["requires"] == (
        "filelock",
        'nvidia-cudnn-cu12==9.10.2.21; platform_system == "Linux"',
    )
    assert (row["released"], row["requires_python"]) == ("2025-08-06", ">=3.9.0")


def test_targets_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """The library is read piece by piece, and the list may lie across two pieces."""
    before = b"x" * (1024**2 - 8)
    library = before + b"\0sm_80 sm_86 sm_90\0" + b"y" * 1024**2
    row = rows(tmp_path, torch(LINUX, CUDA_12_8, library))["linux_x86_64"]
    assert row["targets"] == ["8.0", "8.6", "9.0"]


def test_old_wheels_name_no_targets(tmp_path: Path) -> None:
    """CUDA had three numbers, and the library of 1.0 to 1.5 did not list architectures."""
    version = "__version__ = '1.0.0'\ndebug = False\ncuda = '9.0.176'\n"
    old = torch("torch-1.0.0-cp37-cp37m-manylinux1_x86_64.whl", version, b"compute_uv sm_70\n")
    row = rows(tmp_path, old)["linux_x86_64"]
    assert (row["cuda"], row["targets"], row["glibc"]) == ("9.0", None, "2.5")


def test_one_wheel_speaks_for_a_platform(tmp_path: Path) -> None:
    """Pythons come from the names of all wheels; builds without CUDA have no library to search."""
    asked: list[Asked] = []
    found = rows(
        tmp_path,
        torch("torch-2.8.0-cp313-cp313t-win_amd64.whl"),
        torch("torch-2.8.0-cp313-cp313-win_amd64.whl"),
        torch("torch-2.8.0-cp39-cp39-win_amd64.whl"),
        torch("torch-2.8.0-cp39-none-macosx_11_0_universal2.whl"),
        torch("torch-2.8.0-cp39-cp39-manylinux_2_28_s390x.whl"),
        asked=asked,
    )
    assert set(found) == {"win_amd64", "macos_arm64", "macos_x86_64"}
    assert found["win_amd64"]["python"] == ["3.9", "3.13", "3.13t"]
    assert found["macos_arm64"]["glibc"] is None
    assert all(row["cuda"] is None and row["targets"] is None for row in found.values())
    read = {each.name for each in asked if each.name.endswith("win_amd64.whl")}
    assert read == {"torch-2.8.0-cp313-cp313-win_amd64.whl"}


def test_what_pip_does_not_take_is_left_out(tmp_path: Path) -> None:
    """Pre-releases, withdrawn files, and archives that are no wheels (1.7.0 for Windows)."""
    found = rows(
        tmp_path,
        torch("torch-2.9.0rc1-cp312-cp312-win_amd64.whl"),
        wheel("torch-2.7.0-cp312-cp312-win_amd64.whl", {}, yanked="broken"),
        wheel("torch-1.7.0-cp38-cp38m-win_amd64.whl", {"torch/lib/x.dist-info/METADATA": ""}),
        torch(LINUX),
    )
    assert [(row["torch"], row["platform"]) for row in found.values()] == [
        ("2.8.0", "linux_x86_64")
    ]


def test_ptx_alone_stops_the_run(tmp_path: Path) -> None:
    """It cannot be written as a target, so it must not be dropped in silence."""
    odd = torch(LINUX, CUDA_12_8, b"\0sm_80 compute_90\0")
    with pytest.raises(ValueError, match="PTX without machine code: sm_80 compute_90"):
        rows(tmp_path, odd)
