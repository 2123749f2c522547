"""`cupy_wheels` on a small index: what a wheel of CuPy says that it was built with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derive.small_index import Asked, Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.cupy_wheels import GENERATOR, PACKAGES
from gpucheck.derive.index import Index

BUILT_WITH = {
    "cuda": "12.x",
    "nccl": {"version": "2.25.1", "filenames": ["libnccl.so.2.25.1"]},
    "cutensor": {"version": "2.4.1"},
}


def cupy(filename: str, requires: Sequence[str], built_with: object = None) -> Served:
    """Return a wheel of CuPy with METADATA and, unless None, `_wheel.json`."""
    name, release = filename.split("-")[:2]
    members = {f"{name}-{release}.dist-info/METADATA": metadata(name, release, requires=requires)}
    if built_with is not None:
        members["cupy/.data/_wheel.json"] = json.dumps(built_with)
    return wheel(filename, members)


def rows(
    tmp_path: Path, package: str, files: Sequence[Served], asked: list[Asked] | None = None
) -> list[dict[str, Any]]:
    """Return the generator's rows where only this package has final releases."""
    others = dict.fromkeys(PACKAGES, (sdist("unfinished-4.0.0rc1.tar.gz"),))
    with small_index(others | {package: tuple(files)}, asked=asked) as address:
        return list(GENERATOR.rows(Index(address, Cache(tmp_path))))


def test_libraries_are_those_of_linux_x86_64(tmp_path: Path) -> None:
    """That wheel speaks for its release, whatever the others lack; cuDNN is not in it."""
    requires = [
        "numpy<2.6,>=2.0",
        "fastrlock>=0.5",
        'scipy<1.18; extra == "all"',
        'cuda-toolkit[cublas,nvrtc]==12.*; extra == "ctk"',
    ]
    asked: list[Asked] = []
    (row,) = rows(
        tmp_path,
        "cupy-cuda12x",
        [
            cupy("cupy_cuda12x-14.2.0-cp314-cp314-manylinux2014_aarch64.whl", requires, {}),
            cupy("cupy_cuda12x-14.2.0-cp314-cp314t-win_amd64.whl", requires, {}),
            cupy("cupy_cuda12x-14.2.0-cp310-cp310-manylinux2014_x86_64.whl", requires, BUILT_WITH),
        ],
        asked,
    )
    assert row["cuda"] == "12.x"
    assert (row["nccl"], row["cutensor"], row["cudnn"]) == ("2.25.1", "2.4.1", None)
    assert row["python"] == ["3.10", "3.14", "3.14t"]
    assert row["platforms"] == ["linux_aarch64", "linux_x86_64", "win_amd64"]
    assert row["requires"] == ("numpy<2.6,>=2.0",)
    assert row["ctk"] == ("cuda-toolkit[cublas,nvrtc]==12.*",)
    read = {each.name for each in asked if each.name.endswith(".whl")}
    assert read == {"cupy_cuda12x-14.2.0-cp310-cp310-manylinux2014_x86_64.whl"}


def test_old_wheels_say_little(tmp_path: Path) -> None:
    """No `_wheel.json`, requirements in the old spelling; CuPy before 4 is left out."""
    (row,) = rows(
        tmp_path,
        "cupy-cuda92",
        [
            cupy("cupy_cuda92-4.2.0-cp27-cp27mu-manylinux1_x86_64.whl", ["numpy (>=1.9.0)"]),
            cupy("cupy_cuda92-3.9.0-cp27-cp27mu-manylinux1_x86_64.whl", ["numpy"]),
        ],
    )
    assert (row["release"], row["cuda"], row["python"]) == ("4.2.0", "9.2", ["2.7"])
    assert row["requires"] == ("numpy>=1.9.0",)
    assert (row["nccl"], row["cutensor"], row["cudnn"], row["ctk"]) == (None, None, None, None)


def test_name_of_a_package_says_its_cuda() -> None:
    """The last digit is the minor, and x is any minor."""
    assert PACKAGES["cupy-cuda80"] == "8.0"
    assert PACKAGES["cupy-cuda117"] == "11.7"
    assert PACKAGES["cupy-cuda13x"] == "13.x"
