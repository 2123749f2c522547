"""GPU509: WSL does not pass the GPU on."""

from typing import Any

import pytest

from gpucheck.facts import DeviceNode
from make import facts, found, report

DXG = (DeviceNode(path="/dev/dxg", is_accessible=True),)


def wsl(**changes: Any) -> dict[str, Any]:
    """Return the fields of a machine that is WSL 2."""
    machine = {"is_wsl": True, "wsl_generation": 2, "pci_displays": None, "device_nodes": DXG}
    return machine | {"kernel_modules": (), "kernel_module_release": None} | changes


def test_wsl_1_beside_a_cuda_build_is_an_error() -> None:
    """With the commands for PowerShell."""
    here = facts(gpus=[], torch="2.8.0+cu128", machine=wsl(wsl_generation=1, device_nodes=()))
    finding = next(f for f in report(here).findings if f.rule == "GPU509")
    assert finding.severity == "error"
    assert finding.remedy is not None
    assert "wsl --set-version DISTRIBUTION 2" in finding.remedy.commands


@pytest.mark.parametrize(("torch", "severity"), [("2.8.0+cu128", "error"), (None, "note")])
def test_without_dxg(torch: str | None, severity: str) -> None:
    """Without a CUDA build there may be no NVIDIA GPU to pass on."""
    here = facts(gpus=[], torch=torch, machine=wsl(device_nodes=()))
    finding = next(f for f in report(here).findings if f.rule == "GPU509")
    assert finding.severity == severity


def test_old_windows_driver() -> None:
    """Before branch 495 there was no CUDA in WSL."""
    assert "GPU509" in found(facts(driver="471.11", cuda_error=100, machine=wsl()))


def test_words_of_windows() -> None:
    """NVML says that Windows blocks it."""
    line = "Failed to initialize NVML: GPU access blocked by the operating system"
    here = facts(gpus=[], torch="2.8.0+cu128", messages=[line], machine=wsl())
    assert "GPU509" in found(here)


@pytest.mark.parametrize("driver", ["581.15", None])
def test_silent_on_healthy_wsl(driver: str | None) -> None:
    """Also where NVML is absent and CUDA works, and in a container that has the GPU."""
    here = facts(driver=driver, machine=wsl())
    assert driver is None or found(here) == []
    assert "GPU509" not in found(facts(nvml_error=12, machine=wsl()))
    assert found(facts(machine=wsl(is_container=True, container_kind="docker"))) == []


def test_no_adapters_alone_proves_it() -> None:
    """The container tool's words in a report."""
    line = "nvidia-container-cli: error: WSL environment detected but no adapters were found"
    assert "GPU509" in found(facts(gpus=[], driver=None, messages=[line]))
