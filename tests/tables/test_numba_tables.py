"""The tables on numba: wheels and documentation agree, and numba-cuda's extras."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from gpucheck.tables import Tables
from gpucheck.tables.rows.numba import NumbaDocumentedRow
from gpucheck.versions import ComputeCapability, ToolkitCuda

TABLES = Tables()
WHEELS = {(row.package, row.release): row for row in TABLES.numba_wheels.rows}
DOCUMENTED = TABLES.numba_documented.rows
TESTED = [row for row in DOCUMENTED if row.python]


def fits(release: str, spans: tuple[str, ...]) -> bool:
    """Say whether a release is in one of the documented spans."""
    return any(SpecifierSet(span).contains(release) for span in spans)


@pytest.mark.parametrize("row", TESTED, ids=lambda row: row.release)
def test_wheels_are_for_documented_pythons(row: NumbaDocumentedRow) -> None:
    """Every Python that there is a wheel for was tested."""
    wheel = WHEELS["numba", row.release]
    assert all(fits(python.rstrip("t"), row.python or ()) for python in wheel.python)


@pytest.mark.parametrize("row", TESTED, ids=lambda row: row.release)
def test_documented_numpy_begins_within_what_the_wheel_requires(row: NumbaDocumentedRow) -> None:
    """The newest documented span of NumPy starts with one that the wheel accepts."""
    needs = [
        requirement
        for line in WHEELS["numba", row.release].requires
        if (requirement := Requirement(line)).name == "numpy"
    ]
    newest = SpecifierSet((row.numpy or ())[-1])
    first = next(spec.version for spec in newest if spec.operator in {">=", "=="})
    assert needs
    assert all(each.specifier.contains(first.removesuffix(".*")) for each in needs)


def test_minimums_never_fall() -> None:
    """A newer numba asks for the same toolkit and GPU or newer ones."""
    toolkits = [row.toolkit_min for row in DOCUMENTED if row.toolkit_min]
    capabilities = [row.capability_min for row in DOCUMENTED if row.capability_min]
    assert toolkits == sorted(toolkits)
    assert capabilities == sorted(capabilities)
    assert toolkits[-1] == ToolkitCuda((11, 2))
    assert capabilities[-1] == ComputeCapability((3, 5))


def test_newest_releases_are_not_documented() -> None:
    """What was read ends with 0.67.0; of newer ones only the wheels are known."""
    assert DOCUMENTED[-1].release == "0.67.0"
    assert ("numba", "0.68.1") in WHEELS


def test_extras_of_numba_cuda_name_two_majors() -> None:
    """The extra for CUDA 11 left when that for CUDA 13 came; the oldest releases have none."""
    assert set(WHEELS["numba-cuda", "0.13.0"].extras) == set()
    assert set(WHEELS["numba-cuda", "0.18.1"].extras) == {"cu11", "cu12"}
    assert set(WHEELS["numba-cuda", "0.19.0"].extras) == {"cu12", "cu13"}
