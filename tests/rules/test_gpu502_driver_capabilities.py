"""GPU502: the container was given only some parts of the driver."""

from typing import Any

import msgspec
import pytest

from gpucheck.facts import ApiError, Driver, Facts
from make import facts, found, report

MISSING = "libcuda.so.1: cannot open shared object file: No such file or directory"
DOCKER = {"is_container": True, "container_kind": "docker"}


def container(capabilities: str | None, **more: Any) -> Facts:
    """Return a container with the variable set."""
    environment = {} if capabilities is None else {"NVIDIA_DRIVER_CAPABILITIES": capabilities}
    return facts(environment=environment, machine=DOCKER, **more)


def without_nvml(here: Facts) -> Facts:
    """Return the facts with NVML's library missing."""
    driver = Driver(init_error=ApiError(call="nvmlInit_v2", code=12, name="LIBRARY_NOT_FOUND"))
    section = msgspec.structs.replace(here.driver, value=driver)
    return msgspec.structs.replace(here, driver=section)


def test_compute_left_out_and_libcuda_missing() -> None:
    """It is the error, with the setting to start with."""
    here = container("utility,video", libcuda_error=MISSING)
    finding = next(f for f in report(here).findings if f.rule == "GPU502")
    assert finding.severity == "error"
    assert finding.remedy is not None
    assert "NVIDIA_DRIVER_CAPABILITIES=compute,utility IMAGE" in finding.remedy.commands[0]


def test_utility_left_out_is_a_warning_while_cuda_works() -> None:
    """NVML is missing, programs run."""
    findings = report(without_nvml(container("compute"))).findings
    assert [f.severity for f in findings if f.rule == "GPU502"] == ["warning"]


def test_video_left_out_and_a_program_missed_it() -> None:
    """Unset means compute and utility."""
    line = "[hevc_cuvid @ 0x5] Cannot load libnvcuvid.so.1"
    assert "GPU502" in found(container(None, messages=[line]))


@pytest.mark.parametrize("capabilities", ["compute", "utility", "graphics"])
def test_silent_when_nothing_is_missed(capabilities: str) -> None:
    """CDI puts everything in, whatever the variable says."""
    assert found(container(capabilities)) == []


@pytest.mark.parametrize("capabilities", ["all", "compute,utility", "", None])
def test_silent_when_everything_needed_was_asked_for(capabilities: str | None) -> None:
    """Then a missing libcuda has another cause."""
    assert "GPU502" not in found(container(capabilities, libcuda_error=MISSING))


def test_silent_outside_a_container() -> None:
    """The variable means nothing there."""
    environment = {"NVIDIA_DRIVER_CAPABILITIES": "utility"}
    assert "GPU502" not in found(facts(environment=environment, libcuda_error=MISSING))
