"""GPU108: a driver that no longer supports the GPU."""

from gpucheck.facts import PciDisplay
from make import facts, found, gpu, report

OLD = PciDisplay(address="0000:02:00.0", vendor_id="10de", device_id="102d")  # Tesla K80
NEW = PciDisplay(address="0000:01:00.0", vendor_id="10de", device_id="2684")
LIBRARY = {"library_path": "/usr/lib/libnvidia-ml.so.580.95.05"}
GONE = {"kernel_module_release": None, "kernel_modules": ()}


def test_fires_by_the_release_of_the_library() -> None:
    """The module left again, so NVML says 9; the file name tells the installed release."""
    broken = facts(gpus=["Tesla K80"], nvml_error=9, cuda_error=100, nvml=LIBRARY, machine=GONE)
    (finding,) = report(broken).findings
    assert finding.rule == "GPU108"
    assert "GPU103" in [each.rule for each in finding.consequences]
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo apt install nvidia-driver-470"
    assert "CUDA up to 11.4" in finding.remedy.text


def test_old_card_beside_a_good_one_is_noted() -> None:
    """Other GPUs work: nothing is broken."""
    both = facts(machine={"pci_displays": (NEW, OLD)})
    (finding,) = report(both).findings
    assert (finding.rule, finding.severity) == ("GPU108", "note")
    assert finding.remedy
    assert finding.remedy.commands == ()
    assert finding.remedy.text.startswith("Leave it")


def test_silent_when_the_branch_fits() -> None:
    """The last branch for Kepler is 470."""
    fitting = facts(driver="470.256.02", gpus=["Tesla K80"], nvml={"gpus": ()})
    assert "GPU108" not in found(fitting)
    assert found(facts(driver="470.256.02", gpus=[gpu("Tesla K80")])) == []


def test_silent_in_a_container() -> None:
    """The bus shows the host's cards, whatever the container was given."""
    here = {"pci_displays": (NEW, OLD), "is_container": True}
    assert found(facts(machine=here)) == []


def test_what_the_installer_says_is_enough() -> None:
    """A pasted line names the branch; the card is not known."""
    words = "The NVIDIA GT 710 is supported through the NVIDIA 470.xx legacy Linux graphics drivers"
    pasted = facts(messages=[f"{words} and will be ignored by the 550.90.07 drivers."])
    (finding,) = report(pasted).findings
    assert finding.rule == "GPU108"
    assert finding.remedy
    assert finding.remedy.commands == ()
