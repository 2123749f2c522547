"""`gpucheck tables verify`: what counts as damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gpucheck.cli import soundness
from gpucheck.cli.soundness import faults_of_refreshed, faults_of_shipped
from gpucheck.tables import Tables, names, shipped_folder


@pytest.fixture
def copied(tmp_path: Path) -> Tables:
    """Return tables of which the files may be changed."""
    shutil.copytree(shipped_folder(), tmp_path / "tables")
    return Tables(shipped=tmp_path / "tables")


def change(tables: Tables, name: str, old: str, new: str) -> Path:
    """Change a table's file."""
    path = tables.shipped / f"{name}.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_shipped_tables_are_sound(copied: Tables) -> None:
    """None has a fault."""
    assert list(faults_of_shipped(names(), copied)) == []


def test_every_damaged_table_is_named(copied: Tables) -> None:
    """One that cannot be loaded does not hide the next."""
    for name in ("cudnn", "xids"):
        change(copied, name, '"rows": [', '"rows": ')
    faults = list(faults_of_shipped(names(), copied))
    assert [Path(fault.split()[2]).stem for fault in faults] == ["cudnn", "xids"]


def test_rows_out_of_order_are_a_fault(copied: Tables) -> None:
    """The form is checked, too."""
    path = copied.shipped / "cuda_minor_compat.json"
    *head, first, second, third, end, close = path.read_text("utf-8").splitlines()
    moved = [*head, second, first, third, end, close, ""]
    path.write_text("\n".join(moved), "utf-8")
    (fault,) = faults_of_shipped(["cuda_minor_compat"], copied)
    assert "not sorted" in fault


def test_a_changed_value_is_a_fault_where_the_wheel_s_hash_is_known(
    copied: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that still loads may have been tampered with."""
    path = copied.shipped / "cuda_driver.json"
    known = {path.resolve(): soundness._hash(path)}
    monkeypatch.setattr(soundness, "_installed_hashes", lambda: known)
    assert list(faults_of_shipped(["cuda_driver"], copied)) == []
    change(copied, "cuda_driver", '"520.61.05"', '"320.61.05"')
    (fault,) = faults_of_shipped(["cuda_driver"], copied)
    assert "not the one that was installed" in fault


def test_refreshed_tables_are_checked_apart(tmp_path: Path) -> None:
    """A sound shipped table does not hide a damaged refreshed one."""
    (tmp_path / "gpus.json").write_text("{", "utf-8")
    (fault,) = faults_of_refreshed(names(), Tables(refreshed=tmp_path))
    assert str(tmp_path / "gpus.json") in fault
