"""The tables on JAX: what a release needs, and that documents and wheels agree."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from gpucheck.tables import Tables, shipped_folder
from gpucheck.tables.form import load
from gpucheck.tables.rows.jax import JaxDocumentedRow, JaxWheelRow
from gpucheck.versions import BuiltForCuda, ComputeCapability

WHEELS = Tables().jax_wheels.rows
DOCUMENTED = load(shipped_folder() / "jax_documented.json", JaxDocumentedRow).rows


def _name(row: JaxWheelRow | JaxDocumentedRow) -> str:
    release = row.release if isinstance(row, JaxWheelRow) else row.release_from
    return f"{release}-cuda{row.cuda_major}"


def wheel(release: str, cuda_major: int) -> JaxWheelRow | None:
    """Return the row of a release and the major of its plugin."""
    found = (row for row in WHEELS if (row.release, row.cuda_major) == (release, cuda_major))
    return next(found, None)


def documented(release: str, cuda_major: int) -> list[JaxDocumentedRow]:
    """Return the rows whose span has this release."""
    sought = Version(release)
    return [
        row
        for row in DOCUMENTED
        if row.cuda_major == cuda_major
        and Version(row.release_from) <= sought
        and (row.release_to is None or sought <= Version(row.release_to))
    ]


def test_cuda_13_begins_with_0_7_2() -> None:
    """Two releases before it name the extra, but the plugin was not there."""
    assert wheel("0.7.1", 13) is None
    row = wheel("0.7.2", 13)
    assert row
    assert row.extra == "cuda13"
    assert documented("0.7.1", 13) == []


def test_plugin_older_than_jax() -> None:
    """These two releases of jax came without a plugin and run with the one before."""
    older = {(row.release, row.plugin) for row in WHEELS if row.plugin not in {None, row.release}}
    assert older == {("0.4.37", "0.4.36"), ("0.5.2", "0.5.1")}


@pytest.mark.parametrize("row", [row for row in WHEELS if row.cuda_major], ids=_name)
def test_plugin_is_for_linux_and_documented(row: JaxWheelRow) -> None:
    """A plugin has wheels for Linux only, and exactly one document tells of its release."""
    assert row.cuda_major
    assert row.python
    assert {platform.partition("_")[0] for platform in row.platforms} == {"linux"}
    assert len(documented(row.release, row.cuda_major)) == 1


@pytest.mark.parametrize("row", [row for row in WHEELS if row.with_cuda], ids=_name)
def test_wheels_ask_for_no_newer_cudnn_than_documented(row: JaxWheelRow) -> None:
    """Major and minor; within a minor, NVIDIA's releases replace each other."""
    (document,) = documented(row.release, row.cuda_major or 0)
    needs = [Requirement(line) for line in row.with_cuda or () if "cudnn" in line]
    (oldest,) = [spec.version for spec in needs[0].specifier if spec.operator == ">="]
    assert document.cudnn_min
    assert Version(oldest).release[:2] <= Version(document.cudnn_min).release[:2]


def test_spans_follow_each_other() -> None:
    """Each begins after the one before it has ended; only the last is open."""
    for _, rows in groupby(DOCUMENTED, key=lambda row: row.cuda_major):
        for before, after in pairwise(rows):
            assert before.release_to
            assert Version(before.release_to) < Version(after.release_from)


def test_documented_of_the_newest() -> None:
    """CUDA 13 needs Turing and driver 580; CUDA 12 still takes Maxwell."""
    (cuda12,), (cuda13,) = documented("0.12.0", 12), documented("0.12.0", 13)
    assert (cuda13.capability_min, cuda13.driver_linux) == (ComputeCapability((7, 5)), "580")
    assert (cuda12.capability_min, cuda12.driver_linux) == (ComputeCapability((5, 2)), "525")


@pytest.mark.parametrize("row", DOCUMENTED, ids=_name)
def test_documented_cuda_is_of_its_major(row: JaxDocumentedRow) -> None:
    """What a plugin was built with is no older than what it runs with."""
    cuda_min = BuiltForCuda.parse(row.cuda_min) if row.cuda_min else None
    known = [cuda for cuda in (cuda_min, row.cuda) if cuda]
    assert known == sorted(known)
    assert {cuda.major for cuda in known} == {row.cuda_major}
