"""GPU505: the container image asks for a newer driver than the host has."""

import pytest

from gpucheck.compatibility.image_requirements import holds
from gpucheck.facts import Facts
from gpucheck.versions import DriverCuda
from make import facts, found, report

REQUIRED = "cuda>=12.6 brand=tesla,driver>=470,driver<471 brand=unknown,driver>=470,driver<471"


def container(driver: str, required: str = REQUIRED, compat: str | None = None) -> Facts:
    """Return a container of an image with a requirement."""
    cuda = {"driver_cuda": DriverCuda.parse(compat)} if compat else {}
    environment = {"NVIDIA_REQUIRE_CUDA": required}
    return facts(driver=driver, machine={"is_container": True}, environment=environment, cuda=cuda)


def test_below_the_major_s_floor_is_an_error() -> None:
    """The host's driver has to be upgraded, on the host."""
    finding = report(container("515.65.01")).findings[0]
    assert (finding.rule, finding.severity) == ("GPU505", "error")
    assert finding.remedy is not None
    assert "on the host" in finding.remedy.text


def test_within_the_major_it_is_a_note() -> None:
    """Minor-version compatibility runs most of it."""
    findings = report(container("535.129.03")).findings
    assert [(f.rule, f.severity) for f in findings] == [("GPU505", "note")]


@pytest.mark.parametrize(
    ("driver", "required", "compat"),
    [
        ("560.35.03", REQUIRED, None),  # the CUDA is there
        ("470.223.02", REQUIRED, None),  # one of the other choices may hold: the brand is unknown
        ("535.129.03", REQUIRED, "12.6"),  # a cuda-compat package offers it
        ("535.129.03", "", None),
        ("535.129.03", "something else entirely", None),
    ],
)
def test_silent_when_it_holds_or_may_hold(driver: str, required: str, compat: str | None) -> None:
    """Only what certainly does not hold is said."""
    assert found(container(driver, required, compat)) == []


@pytest.mark.parametrize(
    ("requirement", "answer"),
    [
        ("cuda>=12.4", False),
        ("cuda>=12.2", True),
        ("cuda>=12.4 driver>=535", True),
        ("cuda>=12.0,driver>=550", False),
        ("cuda>=12.4 brand=tesla,driver>=535", None),
        ("brand=tesla,driver>=550", False),
        ("arch>=7.0", None),
    ],
)
def test_a_space_means_or_and_a_comma_and(requirement: str, answer: bool | None) -> None:
    """Three answers: yes, no, not known."""
    assert holds(requirement, {"cuda": (12, 2), "driver": (535, 129, 3)}) is answer


def test_the_refusal_alone_proves_it() -> None:
    """Docker's error in a report without any facts."""
    line = (
        "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=13.0, please update"
    )
    assert found(facts(gpus=[], driver=None, messages=[line]))[0] == "GPU505"
