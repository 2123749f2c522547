"""GPU903: something is newer than the tables."""

import msgspec
import pytest

from gpucheck.findings import Finding
from gpucheck.versions import BuiltForCuda, ComputeCapability
from make import facts, framework, gpu, report, torch


def notes(**machine: object) -> list[Finding]:
    """Return the rule's findings on a machine."""
    here = facts(**machine)  # type: ignore[arg-type]
    return [finding for finding in report(here).findings if finding.rule == "GPU903"]


def test_notes_a_gpu_of_an_unknown_capability_once() -> None:
    """Two cards of one kind are one thing."""
    card = gpu("H100", compute_capability=ComputeCapability((19, 0)))
    (finding,) = notes(gpus=[card, msgspec.structs.replace(card, index=1, uuid="GPU-1")])
    assert finding.severity == "note"
    assert "19.0 (NVIDIA H100 80GB HBM3)" in finding.message
    assert "which drivers and toolkits support it" in finding.message


def test_notes_a_driver_of_a_newer_branch() -> None:
    """What the tables end with is the evidence."""
    (finding,) = notes(driver="999.10.01")
    assert finding.subject == "driver"
    assert "branch 615" in finding.evidence[0]


@pytest.mark.parametrize("release", ["616.10", "580.88"])
def test_windows_numbers_of_a_known_branch_are_known(release: str) -> None:
    """On Windows a branch shows as the next number: 616.10 is of branch 615."""
    assert notes(driver=release, machine={"os_name": "Windows"}) == []
    assert notes(driver="620.10", machine={"os_name": "Windows"})


def test_notes_the_cuda_of_a_build() -> None:
    """It is said for the framework, once."""
    build = torch("2.8.0+cu128", built_for_cuda=BuiltForCuda.parse("19.1"))
    (finding,) = notes(torch=build)
    assert finding.subject == "framework/torch"
    assert "CUDA 19.1" in finding.message


def test_notes_a_newer_release_and_proposes_newer_tables() -> None:
    """Frameworks' tables can be derived anew."""
    (finding,) = notes(frameworks=[framework("cupy", "99.0.0", "12.8")])
    assert finding.remedy is not None
    assert finding.remedy.commands == ("gpucheck tables update",)


@pytest.mark.parametrize(
    "release",
    ["2.16.0a0+git5da9c2", "2.6.0a0+ecf3bae.nv25.01", "2.16.0.dev20261120+cu130", "2.8.0+git1"],
)
def test_builds_from_source_and_nightlies_are_no_alarm(release: str) -> None:
    """They are in no table by their nature; it says so, and that it is no fault."""
    (finding,) = notes(torch=torch(release))
    assert finding.severity == "note"
    assert "no fault" in finding.message


@pytest.mark.parametrize("release", ["2.8.0+cu128", "2.8.0+cpu", "2.5.1.post3", "not a release"])
def test_silent_on_what_the_tables_know(release: str) -> None:
    """Every final release up to the newest, whatever its variant; and text that is no release."""
    assert notes(torch=torch(release)) == []


def test_silent_where_nothing_is_known() -> None:
    """No driver, no GPU, unknown capability."""
    assert notes(gpus=[], driver=None) == []
    assert notes(gpus=[gpu("H100", compute_capability=None)]) == []
