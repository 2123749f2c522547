"""GPU326: a ROCm build beside an NVIDIA GPU."""

import pytest

from gpucheck.facts import Framework, PciDisplay
from make import facts, findings, found, torch

NVIDIA = PciDisplay(address="0000:01:00.0", vendor_id="10de", device_id="2684")
AMD = PciDisplay(address="0000:02:00.0", vendor_id="1002", device_id="164e")


def rocm(**changes: object) -> Framework:
    """Return PyTorch for ROCm."""
    return torch("2.6.0+rocm6.2", is_rocm_build=True, **changes)


def test_fires_when_nvidia_is_alone() -> None:
    """The CUDA build is what helps."""
    (finding,) = findings(facts(torch=rocm()), "GPU326")
    assert (finding.rule, finding.severity) == ("GPU326", "error")
    assert finding.remedy
    assert "torch==2.6.0+cu" in " ".join(finding.remedy.commands)


@pytest.mark.parametrize(("changes", "severity"), [({}, None), ({"devices": ()}, "warning")])
def test_with_amd_graphics_what_it_sees_counts(
    changes: dict[str, object], severity: str | None
) -> None:
    """An AMD GPU may be what it is for."""
    here = facts(torch=rocm(**changes), machine={"pci_displays": (NVIDIA, AMD)})
    assert [f.severity for f in findings(here, "GPU326")] == [severity] * bool(severity)


def test_silent_without_an_nvidia_gpu() -> None:
    """On AMD's own machine all is well."""
    assert "GPU326" not in found(facts(gpus=[], torch=rocm(), machine={"pci_displays": (AMD,)}))


def test_unknown_bus_is_not_judged() -> None:
    """In WSL the bus shows nothing."""
    assert "GPU326" not in found(facts(torch=rocm(), machine={"pci_displays": None}))
