"""The tables on CuPy: packages and the compatibility matrix agree."""

from __future__ import annotations

from packaging.version import Version

from gpucheck.tables import Tables
from gpucheck.tables.rows.cupy import CupyWheelRow

TABLES = Tables()
MATRIX = {row.series: row for row in TABLES.cupy_documented.rows}
EXACT = [row for row in TABLES.cupy_wheels.rows if not row.cuda.endswith("x")]


def has(span: str, release: str) -> bool:
    """Say whether a span of the matrix, such as "9.0 & 9.2-11.x" or "3.10-", has a release."""
    sought = Version(release)
    for part in span.split(" & "):
        first, dash, last = part.partition("-")
        top = (last if dash else first).replace("x", "999")
        if Version(first) <= sought and (not top or sought <= Version(top)):
            return True
    return False


def newest(package: str) -> CupyWheelRow:
    """Return the newest release of a package."""
    return [row for row in TABLES.cupy_wheels.rows if row.package == package][-1]


def test_span() -> None:
    """A gap, an open end and an open minor are read as the page means them."""
    assert [has("9.0 & 9.2-11.x", cuda) for cuda in ("9.0", "9.1", "11.8", "12.0")] == [
        True,
        False,
        True,
        False,
    ]
    assert has("3.10-", "3.14")
    assert not has("3.10-", "3.9")


def test_cuda_of_a_package_is_in_the_matrix() -> None:
    """The CUDA in a package's name is one that its series supports."""
    outside = [
        (row.package, row.release)
        for row in EXACT
        if not has(MATRIX[row.release.split(".")[0]].cuda or "", row.cuda)
    ]
    assert EXACT
    assert outside == []


def test_pythons_of_wheels_are_in_the_matrix() -> None:
    """No wheel is for a Python that its series does not support."""
    outside = [
        (row.package, row.release, python)
        for row in TABLES.cupy_wheels.rows
        for python in row.python
        if not has(MATRIX[row.release.split(".")[0]].python or "", python.rstrip("t"))
    ]
    assert outside == []


def test_newest_packages() -> None:
    """CuPy 14 has no package for CUDA 11, no cuDNN, and an extra that brings the toolkit."""
    assert newest("cupy-cuda11x").release == "13.6.0"
    for package in ("cupy-cuda12x", "cupy-cuda13x"):
        row = newest(package)
        major = row.cuda.removesuffix(".x")
        assert row.release.startswith("14.")
        assert row.cudnn is None
        assert row.ctk
        assert row.ctk[0].endswith(f"=={major}.*")


def test_withdrawn_releases_are_left_out() -> None:
    """CuPy 10.3.0 and 13.5.0 were withdrawn from the index, whatever the package."""
    found = {row.release for row in TABLES.cupy_wheels.rows}
    assert {"10.3.1", "13.5.1"} <= found
    assert not {"10.3.0", "13.5.0"} & found
