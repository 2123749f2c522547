"""Whether a build's code runs on a device.

Expected answers are those of the CUDA C++ Programming Guide.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.devices import capability_of_target, code_for, targets_of
from gpucheck.versions import ComputeCapability


def code(capability: str, sass: str = "", ptx: str = "") -> str:
    """Return what of a build runs on a device."""
    return code_for(ComputeCapability.parse(capability), sass.split(), ptx.split())


@pytest.mark.parametrize(
    ("capability", "sass", "runs"),
    [
        ("8.6", "sm_80", "sass"),  # same major, higher minor
        ("8.9", "sm_80 sm_86", "sass"),
        ("6.1", "sm_60", "sass"),
        ("8.0", "sm_86", "none"),  # never on a lower minor
        ("9.0", "sm_80 sm_86", "none"),  # never on another major
        ("7.5", "sm_70", "sass"),
        ("12.0", "sm_90", "none"),
        ("12.0", "sm_100", "none"),  # datacenter and consumer Blackwell are different majors
        ("10.0", "sm_120", "none"),
        ("12.1", "sm_120", "sass"),
        ("10.3", "sm_100", "sass"),
        ("1.0", "sm_100", "none"),  # sm_100 is 10.0, not 1.00
        ("12.0", "sm_12", "none"),
        ("9.0", "", "none"),
        ("9.0", "gfx90a sm_ compute", "none"),
    ],
)
def test_machine_code_runs_on_its_major(capability: str, sass: str, runs: str) -> None:
    """Cubins run on the same major with an equal or higher minor."""
    assert code(capability, sass) == runs


@pytest.mark.parametrize(
    ("capability", "sass", "runs"),
    [
        ("9.0", "sm_90a", "sass"),
        ("10.0", "sm_90a", "none"),
        ("10.3", "sm_100a", "none"),  # "a" is for exactly its own capability
        ("10.3", "sm_100f", "sass"),  # "f" is for the family
        ("10.0", "sm_103f", "none"),
        ("12.1", "sm_120a", "none"),
        ("12.1", "sm_120f", "sass"),
        ("12.0", "sm_100f", "none"),
    ],
)
def test_targets_of_one_architecture_or_family(capability: str, sass: str, runs: str) -> None:
    """An "a" target runs on its own capability only, an "f" target on its family."""
    assert code(capability, sass) == runs


@pytest.mark.parametrize(
    ("capability", "ptx", "runs"),
    [
        ("9.0", "compute_90", "ptx"),
        ("12.0", "compute_90", "ptx"),  # across majors, upwards
        ("8.6", "compute_90", "none"),  # never downwards
        ("12.0", "compute_37", "ptx"),
        ("10.0", "compute_90a", "none"),
        ("9.0", "compute_90a", "ptx"),
        ("10.3", "compute_100f", "ptx"),
        ("12.0", "compute_100f", "none"),
        ("12.0", "compute_100", "ptx"),
    ],
)
def test_ptx_runs_on_every_newer_device(capability: str, ptx: str, runs: str) -> None:
    """The driver compiles PTX for any equal or higher capability, unless it is an "a" or "f"."""
    assert code(capability, "", ptx) == runs


def test_machine_code_goes_before_ptx() -> None:
    """Where both would run, nothing has to be compiled."""
    assert code("8.6", "sm_80", "compute_80") == "sass"
    assert code("9.0", "sm_80", "compute_80") == "ptx"


@pytest.mark.parametrize(
    ("target", "capability"),
    [
        ("sm_37", "3.7"),
        ("sm_90a", "9.0"),
        ("sm_103f", "10.3"),
        ("compute_120", "12.0"),
        ("sm_9", None),
        ("sm_90b", None),
        ("gfx1100", None),
        ("", None),
    ],
)
def test_capability_in_a_target_s_name(target: str, capability: str | None) -> None:
    """The last digit is the minor."""
    found = capability_of_target(target)
    assert (str(found) if found else None) == capability


@pytest.mark.parametrize(
    ("capability", "sass", "ptx", "runs"),
    [
        ("8.7", "sm_87", "", "sass"),
        ("8.7", "sm_80 sm_86", "", "unknown"),
        ("8.7", "sm_80", "compute_80", "ptx"),
        ("8.9", "sm_87", "", "unknown"),
        ("11.0", "sm_110", "", "sass"),
        ("8.7", "sm_90", "", "none"),
    ],
)
def test_tegra_and_other_devices(capability: str, sass: str, ptx: str, runs: str) -> None:
    """Machine code across that border is neither promised nor known to fail."""
    assert code(capability, sass, ptx) == runs


def test_targets_of_a_table() -> None:
    """A capability with "+PTX" is both, one without is machine code."""
    assert targets_of(("5.0", "9.0+PTX", "12.0")) == (
        ("sm_50", "sm_90", "sm_120"),
        ("compute_90",),
    )
