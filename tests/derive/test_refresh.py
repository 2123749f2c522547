"""Bringing tables up to date: only what is new is read, and nothing is half replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from derive.small_index import Asked, Fault, Served, metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.index import Index
from gpucheck.derive.refresh import Change, changes, replace
from gpucheck.derive.remote_wheel import IndexUnreachableError
from gpucheck.tables import Tables

TODAY = "2999-01-01"


def toolkit(release: str, pins: dict[str, str], uploaded: str | None = "2025-08-06") -> Served:
    """Return NVIDIA's meta-package of a CUDA release."""
    requires = [f'{name}=={pin}.*; extra == "all"' for name, pin in pins.items()]
    text = metadata("cuda-toolkit", release, requires=requires, extras=["all"])
    name = f"cuda_toolkit-{release}"
    inside = {f"{name}.dist-info/METADATA": text}
    time = f"{uploaded}T00:00:00.000000Z" if uploaded else None
    return wheel(f"{name}-py2.py3-none-any.whl", inside, upload_time=time)


def known_toolkits() -> list[Served]:
    """Return a meta-package for every release that the shipped table has."""
    rows = Tables().nvidia_wheels.rows
    return [toolkit(str(row.cuda), row.components, row.uploaded) for row in rows]


@contextmanager
def refreshed(
    folder: Path,
    served: list[Served],
    asked: list[Asked] | None = None,
    faults: dict[str, Fault] | None = None,
) -> Iterator[list[Change]]:
    """Derive `nvidia_wheels` from an index that serves these meta-packages."""
    with small_index({"cuda-toolkit": served}, asked=asked, faults=faults) as address:
        index = Index(address, Cache(folder / "cache"))
        yield list(changes(["nvidia_wheels"], Tables(), index, TODAY))


def test_a_new_release_is_a_new_row(tmp_path: Path) -> None:
    """The shipped rows stay, and the new one has its pins."""
    new = toolkit("99.1.0", {"nvidia-cublas": "99.0.0.1"})
    with refreshed(tmp_path, [*known_toolkits(), new]) as (change,):
        replace([change], tmp_path / "tables", TODAY)
    (come,) = change.rows
    assert "99.1.0" in come
    tables = Tables(refreshed=tmp_path / "tables")
    assert tables.nvidia_wheels.date == TODAY
    assert tables.nvidia_wheels.rows[:-1] == Tables().nvidia_wheels.rows
    assert tables.nvidia_wheels.rows[-1].components == {"nvidia-cublas": "99.0.0.1"}


def test_known_releases_are_not_read_again(tmp_path: Path) -> None:
    """One list and the one new wheel are asked for, out of dozens."""
    asked: list[Asked] = []
    with refreshed(tmp_path, [*known_toolkits(), toolkit("99.1.0", {})], asked):
        names = {request.name for request in asked}
    undated = {str(row.cuda) for row in Tables().nvidia_wheels.rows if row.uploaded is None}
    read = {f"cuda_toolkit-{release}-py2.py3-none-any.whl" for release in {"99.1.0", *undated}}
    assert names == {"cuda-toolkit", *read}


def test_no_new_release_is_no_difference(tmp_path: Path) -> None:
    """What is up to date stays as it is, apart from the date."""
    with refreshed(tmp_path, known_toolkits()) as (change,):
        assert change.rows == ()
    assert json.loads(change.text)["date"] == TODAY


def test_a_release_that_left_the_index_stays_known(tmp_path: Path) -> None:
    """Somebody has it installed."""
    with refreshed(tmp_path, known_toolkits()[1:]) as (change,):
        assert change.rows == ()


@pytest.mark.parametrize("fault", ["garbage", 404, 403, "no range"])
def test_an_unreadable_wheel_changes_nothing(tmp_path: Path, fault: object) -> None:
    """The error says which wheel, and no table is written."""
    name = "cuda_toolkit-99.1.0-py2.py3-none-any.whl"
    faults = {name: Fault(fault)}  # type: ignore[arg-type]
    with (
        pytest.raises(IndexUnreachableError, match=r"cuda_toolkit-99\.1\.0"),
        refreshed(tmp_path, [toolkit("99.1.0", {})], faults=faults),
    ):
        pass  # pragma: no cover
    assert not (tmp_path / "tables").exists()


def test_replace_that_fails_keeps_the_table(tmp_path: Path) -> None:
    """A folder that is a file is an error; what was there is untouched."""
    (tmp_path / "tables").write_text("mine", "utf-8")
    with pytest.raises(OSError, match=r"exist|directory"):
        replace([Change("gpus", (), "{}")], tmp_path / "tables", TODAY)
    assert (tmp_path / "tables").read_text("utf-8") == "mine"
