"""GPU607: the driver shows fewer GPUs than the PCI bus has."""

from typing import Any

import pytest

from gpucheck.facts import Facts, PciDisplay
from make import facts, found, report


def card(address: str, driver: str | None = "nvidia", vendor: str = "10de") -> PciDisplay:
    """Return a GPU on the PCI bus."""
    return PciDisplay(address=address, vendor_id=vendor, device_id="20b2", kernel_driver=driver)


def machine(*more: PciDisplay, **changes: Any) -> Facts:
    """Return a machine with two A100 that NVML lists, and more on the bus."""
    own = (card("0000:01:00.0"), card("0000:02:00.0"))
    environment = changes.pop("environment", None)
    fields = {"pci_displays": (*own, *more)} | changes
    return facts(gpus=["A100"] * 2, machine=fields, environment=environment)


def test_fires_on_a_gpu_that_nvml_leaves_out() -> None:
    """What the kernel says of it stands beside."""
    log = ("NVRM: GPU 0000:0b:00.0: something about it", "NVRM: another one")
    finding = report(machine(card("0000:0b:00.0"), kernel_log=log)).findings[0]
    assert finding.rule == "GPU607"
    assert log[0] in finding.evidence
    assert log[1] not in finding.evidence


@pytest.mark.parametrize(
    "other",
    [
        card("0000:0b:00.0", "vfio-pci"),
        card("0000:0b:00.0", "nouveau"),
        card("0000:0b:00.0", None),
        card("0000:0b:00.0", "amdgpu", "1002"),
        card("0000:01:00.4"),  # a virtual function of the first
        card("0000:01:02.3"),
    ],
)
def test_silent_on_what_is_no_gpu_of_this_driver(other: PciDisplay) -> None:
    """Handed to a virtual machine, another driver's, another maker's, a part of a shared GPU."""
    assert "GPU607" not in found(machine(other))


@pytest.mark.parametrize(
    "changes",
    [
        {"is_container": True},
        {"is_container": None},
        {"is_wsl": True},
        {"environment": {"SLURM_JOB_ID": "7"}},
        {"environment": {"PBS_JOBID": "7"}},
        {"environment": {"FLUX_JOB_ID": "7"}},
        {"environment": {"SGE_TASK_ID": "undefined"}},
    ],
)
def test_silent_where_only_some_are_handed_out(changes: dict[str, Any]) -> None:
    """Containers and batch jobs see the PCI bus of the whole machine."""
    assert "GPU607" not in found(machine(card("0000:0b:00.0"), **changes))


def test_silent_on_a_whole_machine() -> None:
    """All of them are there; or the bus could not be listed."""
    assert found(machine()) == []
    assert found(facts(machine={"pci_displays": None})) == []
