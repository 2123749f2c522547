"""`mxnet_wheels`: one row a release and package, and no placeholder taken for MXNet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Served, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.mxnet_wheels import GENERATOR, PACKAGES
from gpucheck.derive.index import Index
from gpucheck.tables import Tables

MXNET: dict[str, str | bytes] = {
    "mxnet/libmxnet.so": b"\x7fELF",
    "mxnet/libinfo.py": "__version__ = '1.9.1'\n",
}


def rows(package: str, files: Sequence[Served], folder: Path) -> list[dict[str, Any]]:
    """Return the rows when only one of MXNet's packages has wheels."""
    projects = {**{name: [sdist(f"{name}-0.1.tar.gz")] for name in PACKAGES}, package: files}
    with small_index(projects) as address:
        return list(GENERATOR.rows(Index(address, Cache(folder))))


def test_a_release_is_one_row(tmp_path: Path) -> None:
    """Wheels of all platforms make one row: Pythons by their tags, the first day."""
    files = [
        wheel("mxnet_cu101-1.5.0-py2.py3-none-manylinux1_x86_64.whl", MXNET),
        wheel(
            "mxnet_cu101-1.5.0-py2.py3-none-win_amd64.whl",
            {"mxnet/libmxnet.dll": b"MZ"},
            upload_time="2019-07-25T00:00:00Z",
        ),
    ]
    assert rows("mxnet-cu101", files, tmp_path) == [
        {
            "package": "mxnet-cu101",
            "release": "1.5.0",
            "released": "2019-07-25",
            "cuda": "10.1",
            "python": ["2", "3"],
            "platforms": ["linux_x86_64", "win_amd64"],
            "is_installable": True,
        }
    ]


@pytest.mark.parametrize(
    ("member", "is_installable"),
    [
        ("mxnet/libmxnet.so", True),
        ("mxnet/libmxnet.dll", True),
        ("mxnet_cu113-1.0.0.data/purelib/mxnet/libmxnet.so", True),
        ("mxnet/libmxnet.so.txt", False),
        ("mxnet/__init__.py", False),
    ],
)
def test_a_wheel_without_the_library_is_a_placeholder(
    member: str, is_installable: bool, tmp_path: Path
) -> None:
    """What pip would download is no MXNet, whatever its name says."""
    files = [wheel("mxnet_cu113-1.0.0-py3-none-any.whl", {member: "x"})]
    (row,) = rows("mxnet-cu113", files, tmp_path)
    assert (row["is_installable"], row["platforms"]) == (is_installable, ["any"])


def test_only_what_pip_takes_by_itself(tmp_path: Path) -> None:
    """Betas and withdrawn files make no row; post-releases are releases."""
    files = [
        wheel(f"mxnet-{release}-py3-none-manylinux2014_x86_64.whl", MXNET, yanked=is_yanked)
        for release, is_yanked in (("2.0.0b1", False), ("1.9.0", True), ("1.8.0.post0", False))
    ]
    (row,) = rows("mxnet", files, tmp_path)
    assert (row["release"], row["cuda"]) == ("1.8.0.post0", None)


def test_the_shipped_table_knows_the_placeholders() -> None:
    """The 1.0.0 of the packages for CUDA 11.3 to 11.7 are empty, and so is that for 11.1."""
    empty = {(r.package, r.release) for r in Tables().mxnet_wheels.rows if not r.is_installable}
    assert empty == {(f"mxnet-cu11{minor}", "1.0.0") for minor in (1, 3, 4, 5, 6, 7)}
