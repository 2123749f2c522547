"""`numba_wheels` on a small index: what numba and numba-cuda require."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derive.small_index import Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.numba_wheels import GENERATOR
from gpucheck.derive.index import Index

UNFINISHED = (sdist("unfinished-1.0rc1.tar.gz"),)


def package(filename: str, *requires: str) -> Served:
    """Return a wheel with these requirements."""
    name, release = filename.split("-")[:2]
    said = metadata(name, release, requires=requires)
    return wheel(filename, {f"{name}-{release}.dist-info/METADATA": said})


def rows(
    tmp_path: Path, numba: Sequence[Served] = UNFINISHED, numba_cuda: Sequence[Served] = UNFINISHED
) -> list[dict[str, Any]]:
    """Return the generator's rows."""
    with small_index({"numba": numba, "numba-cuda": numba_cuda}) as address:
        return list(GENERATOR.rows(Index(address, Cache(tmp_path))))


def test_extras_that_bring_cuda(tmp_path: Path) -> None:
    """Extras for CUDA are named, those for tests are not; packages of CUDA count as required."""
    (row,) = rows(
        tmp_path,
        numba_cuda=[
            package(
                "numba_cuda-0.30.4-cp312-cp312-win_amd64.whl",
                "numba>=0.60.0",
                "cuda-bindings<14.0.0,>=12.9.1",
                "packaging",
                'nvidia-nvjitlink-cu12<13.0.0; extra == "cu12"',
                'cuda-bindings==13.*; extra == "cu13"',
                'nvidia-curand-cu12; extra == "test-cu12"',
            )
        ],
    )
    assert row["requires"] == ("numba>=0.60.0", "cuda-bindings<14.0.0,>=12.9.1")
    assert row["extras"] == {
        "cu12": ("nvidia-nvjitlink-cu12<13.0.0",),
        "cu13": ("cuda-bindings==13.*",),
    }


def test_pythons_and_platforms_of_all_wheels(tmp_path: Path) -> None:
    """They are gathered over a release; a wheel that may be pure Python says "3" and "any"."""
    numba, numba_cuda = rows(
        tmp_path,
        numba=[
            package("numba-0.48.0-1-cp38-cp38-manylinux1_i686.whl"),
            package("numba-0.48.0-cp36-cp36m-macosx_10_14_x86_64.whl"),
        ],
        numba_cuda=[package("numba_cuda-0.4.0-py3-none-any.whl", "numba>=0.59.1")],
    )
    assert numba["python"] == ["3.6", "3.8"]
    assert numba["platforms"] == ["linux_i686", "macos_x86_64"]
    assert (numba_cuda["python"], numba_cuda["platforms"]) == (["3"], ["any"])


def test_releases_that_have_no_row(tmp_path: Path) -> None:
    """Too old, unfinished, without wheels, or empty packages that only keep the name."""
    found = rows(
        tmp_path,
        numba=[
            package("numba-0.39.0-cp37-cp37m-manylinux1_x86_64.whl"),
            package("numba-0.61.1rc1-cp313-cp313-manylinux_2_17_x86_64.whl"),
            sdist("numba-0.70.0.tar.gz"),
            package("numba-0.40.0-cp37-cp37m-manylinux1_x86_64.whl"),
        ],
        numba_cuda=[package("numba_cuda-0.0.1-py3-none-any.whl")],
    )
    assert [row["release"] for row in found] == ["0.40.0"]
