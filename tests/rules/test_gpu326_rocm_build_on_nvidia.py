"""GPU326: a ROCm build beside an NVIDIA GPU."""

import msgspec
import pytest

from gpucheck.facts import Framework, PciDisplay
from make import facts, findings, found, framework, torch

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


@pytest.mark.parametrize(
    ("build", "beside", "removed", "wanted"),
    [
        (framework("jax", "0.6.0"), {"jax-rocm60-plugin": "0.6.0"}, "jax-rocm60-plugin", "jax["),
        (
            framework("tensorflow", "2.14.0.600", distribution="tensorflow-rocm"),
            {},
            "tensorflow-rocm",
            "tensorflow[and-cuda]==",
        ),
    ],
    ids=["JAX", "TensorFlow"],
)
def test_the_rocm_part_goes_first(
    build: Framework, beside: dict[str, str], removed: str, wanted: str
) -> None:
    """Then comes a release that is known to fit."""
    here = msgspec.structs.replace(build, is_rocm_build=True)
    (finding,) = findings(facts(frameworks=[here], distributions=beside), "GPU326")
    assert finding.remedy
    removal, command = finding.remedy.commands
    assert removal.endswith(f"uninstall -y {removed}")
    assert wanted in command


def test_no_cuda_build_for_an_old_driver_is_made_up() -> None:
    """JAX has nothing for driver 470 and this Python."""
    jax = framework("jax", "0.6.0", is_rocm_build=True)
    (finding,) = findings(facts(driver="470.223.02", frameworks=[jax]), "GPU326")
    assert finding.remedy
    assert finding.remedy.commands == ()
