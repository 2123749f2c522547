"""GPU107: open modules where proprietary ones are needed, or the reverse."""

from typing import Any

from make import facts, found, report

SAID = ("[ 5.1] NVRM: installed in this system requires use of the NVIDIA open kernel modules.",)


def nothing_shown(gpu: str, **machine: Any) -> list[str]:
    """Return what is found when NVML starts and lists no GPU."""
    return found(facts(gpus=[gpu], nvml={"gpus": ()}, cuda={"devices": ()}, machine=machine))


def test_fires_on_blackwell_with_proprietary_modules() -> None:
    """The loaded flavour does not run the GPU; the package of the other one is named."""
    broken = facts(
        driver="570.86.15",
        gpus=["RTX 5090"],
        nvml={"gpus": ()},
        cuda={"devices": ()},
        machine={"kernel_module_flavour": "proprietary"},
    )
    (finding,) = report(broken).findings
    assert finding.rule == "GPU107"
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo apt install nvidia-driver-570-open"


def test_fires_on_pascal_with_open_modules() -> None:
    """The reverse."""
    assert nothing_shown("GTX 1080 Ti", kernel_module_flavour="open") == ["GPU107"]


def test_explains_the_missing_module() -> None:
    """A module that refused and went away is known by its words."""
    gone: dict[str, Any] = {"kernel_module_release": None, "kernel_modules": ()}
    broken = facts(
        gpus=["RTX 5090"], nvml_error=9, cuda_error=100, machine={**gone, "kernel_log": SAID}
    )
    (finding,) = report(broken).findings
    assert finding.rule == "GPU107"
    assert "GPU103" in [each.rule for each in finding.consequences]


def test_silent_on_either_flavour_and_on_gpus_that_work() -> None:
    """Ada runs with both; a shown GPU has the right one; old lines do not count."""
    assert "GPU107" not in nothing_shown("RTX 4090", kernel_module_flavour="proprietary")
    works = {"kernel_module_flavour": "open", "kernel_log": SAID}
    assert found(facts(gpus=["RTX 5090"], machine=works)) == []


def test_unknown_card() -> None:
    """A card that the tables lack is not judged."""
    from gpucheck.facts import PciDisplay

    card = PciDisplay(address="0000:01:00.0", vendor_id="10de", device_id="ffff")
    seen = nothing_shown("RTX 4090", kernel_module_flavour="open", pci_displays=(card,))
    assert "GPU107" not in seen


def test_old_card_beside_a_good_one_is_noted() -> None:
    """The proprietary modules would end the GPU that works."""
    from gpucheck.facts import PciDisplay

    cards = tuple(
        PciDisplay(address=f"0000:0{slot}:00.0", vendor_id="10de", device_id=device)
        for slot, device in ((1, "2b85"), (2, "1b06"))
    )
    both = {"pci_displays": cards, "kernel_module_flavour": "open"}
    (finding,) = report(facts(gpus=["RTX 5090"], machine=both)).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU107", "note", "machine")
    assert finding.remedy
    assert finding.remedy.commands == ()
    assert finding.remedy.text.startswith("Nothing")
