"""GPU105: another kernel driver owns the GPU."""

from gpucheck.facts import PciDisplay
from make import facts, found, report

NOT_LOADED = {"kernel_module_release": None, "kernel_modules": ()}


def card(kernel_driver: str | None) -> tuple[PciDisplay, ...]:
    """Return the bus with one RTX 4090."""
    return (
        PciDisplay(
            address="0000:01:00.0", vendor_id="10de", device_id="2684", kernel_driver=kernel_driver
        ),
    )


def taken_by(kernel_driver: str) -> dict[str, object]:
    """Return a machine whose GPU another driver holds."""
    return {**NOT_LOADED, "pci_displays": card(kernel_driver)}


def test_fires_when_nouveau_has_the_gpu() -> None:
    """NVIDIA's libraries are there and its module is not: nouveau is the cause, not DKMS."""
    (finding,) = report(facts(nvml_error=9, cuda_error=100, machine=taken_by("nouveau"))).findings
    assert finding.rule == "GPU105"
    assert "GPU103" in [each.rule for each in finding.consequences]
    assert finding.remedy
    assert "update-initramfs" in finding.remedy.commands[1]


def test_vfio_is_not_blacklisted() -> None:
    """A GPU that is reserved for virtual machines is given back by its ID."""
    (finding,) = report(facts(nvml_error=9, cuda_error=100, machine=taken_by("vfio-pci"))).findings
    assert finding.remedy
    assert "10de:2684" in finding.remedy.text
    assert finding.remedy.commands == ()


def test_silent_without_an_nvidia_driver() -> None:
    """On a fresh Linux nouveau is as it should be: what is missing is the driver."""
    assert found(facts(driver=None, machine={"pci_displays": card("nouveau")})) == ["GPU102"]


def test_silent_beside_a_gpu_that_works() -> None:
    """An old card for the screen may belong to nouveau."""
    assert found(facts(machine={"pci_displays": card("nouveau")})) == []


def test_a_line_of_the_module_needs_the_present() -> None:
    """The kernel's log counts for a card without a driver, not for one that works."""
    log = ("[ 201.9] NVRM: GPU 0000:01:00.0 is already bound to NovaCore.",)
    down = {**NOT_LOADED, "pci_displays": card(None), "kernel_log": log}
    assert found(facts(nvml_error=9, cuda_error=100, machine=down)) == ["GPU105"]
    assert found(facts(machine={"kernel_log": log})) == []


def test_a_report_of_the_installer_is_enough() -> None:
    """The installer names nouveau; for an unknown system there are words."""
    (finding,) = report(
        facts(
            gpus=[],
            outcomes={"machine": "not_given", "driver": "not_given", "cuda_driver": "not_given"},
            messages=["ERROR: The Nouveau kernel driver is currently in use by your system."],
            machine={"distribution": None, "distribution_like": ()},
        )
    ).findings[:1]
    assert finding.rule == "GPU105"
    assert finding.remedy
    assert finding.remedy.commands == ()
