"""GPU112: the driver could not start the GPU."""

from typing import Any

import pytest

from gpucheck.facts import DeviceNode, PciDisplay
from make import facts, found, report

FAILED = ("[ 7.7] NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x22:0x56:751)",)
BOUND = PciDisplay(
    address="0000:01:00.0", vendor_id="10de", device_id="2684", kernel_driver="nvidia"
)


def lists_none(**machine: Any) -> list[str]:
    """Return what is found when NVML starts and lists no GPU."""
    return found(facts(nvml={"gpus": ()}, cuda={"devices": ()}, machine=machine))


def test_fires_on_a_failed_start_that_holds() -> None:
    """The log names the card, and NVML does not show it."""
    assert lists_none(kernel_log=FAILED) == ["GPU112"]


def test_fires_when_the_module_holds_the_card_in_vain() -> None:
    """Also where the log cannot be read."""
    assert lists_none(pci_displays=(BOUND,)) == ["GPU112"]


def test_silent_where_gpus_are_hidden_on_purpose() -> None:
    """Slurm, closed device files, containers."""
    slurm = {"SLURM_JOB_ID": "7"}
    hidden = facts(
        nvml={"gpus": ()},
        cuda={"devices": ()},
        environment=slurm,
        machine={"pci_displays": (BOUND,)},
    )
    assert "GPU112" not in found(hidden)
    closed = (DeviceNode(path="/dev/nvidia0", is_accessible=False),)
    assert "GPU112" not in lists_none(pci_displays=(BOUND,), device_nodes=closed)
    assert "GPU112" not in lists_none(pci_displays=(BOUND,), is_container=True, kernel_log=FAILED)


def test_silent_when_the_gpu_works_again() -> None:
    """A line of the machine's start; the GPU is shown."""
    assert found(facts(machine={"kernel_log": FAILED})) == []


def test_firmware_explains_it() -> None:
    """A start that fails for want of GSP firmware is that rule's."""
    log = (*FAILED, "[ 7.6] NVRM: RmInitAdapter: Cannot initialize GSP firmware RM")
    (finding,) = report(
        facts(nvml={"gpus": ()}, cuda={"devices": ()}, machine={"kernel_log": log})
    ).findings
    assert (finding.rule, [each.rule for each in finding.consequences]) == ("GPU129", ["GPU112"])


@pytest.mark.parametrize("name", ["PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", "_CONDOR_SLOT"])
def test_silent_in_a_job_of_any_batch_system(name: str) -> None:
    """A job that asked for no GPU is no fault of the firmware."""
    hidden = facts(
        nvml={"gpus": ()},
        cuda={"devices": ()},
        environment={name: "7"},
        machine={"pci_displays": (BOUND,)},
    )
    assert "GPU112" not in found(hidden)
