"""Another kernel driver owns the GPU.

Why: a device has one driver at a time. While nouveau, nova_core or vfio-pci holds the GPU, NVIDIA's
module cannot take it, and CUDA has no GPU.

How we know: NVIDIA's driver is installed and brings up no GPU, and the PCI bus names the other
driver as the GPU's. Or NVIDIA's module or installer said so itself. A second card that is left to
another driver on purpose is no fault.

Fix: keep the other driver from being loaded, also in the initramfs, and reboot. A GPU that vfio-pci
holds is reserved for virtual machines.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import described, shows_no_gpu
from gpucheck.compatibility.kernel_log import standing
from gpucheck.facts import Facts, PciDisplay
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import keep_out_other_drivers, take_back_from_vfio
from gpucheck.tables import Tables

OTHERS = frozenset({"nouveau", "nova_core", "NovaCore", "nvidiafb", "rivafb", "vfio-pci"})
NVML_NOT_FOUND = 12  # then no NVIDIA driver is installed, and nouveau is as it should be


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs that another driver holds while NVIDIA's shows none."""
    machine, error = facts.machine.value, facts.driver.value.init_error
    is_installed = error is None or error.code != NVML_NOT_FOUND
    if machine.is_container or not is_installed or not shows_no_gpu(facts):
        return
    cards = machine.nvidia_cards
    taken = [card for card in cards if card.kernel_driver in OTHERS]
    unbound = [card for card in cards if card.kernel_driver is None]
    logged = [said for said in standing("GPU105", facts, tables) if "NVRM" in said.line.text]
    if not taken and not (unbound and logged):
        return
    names = " and ".join(sorted({str(card.kernel_driver) for card in taken})) or "Another driver"
    yield Finding(
        subject="driver",
        message=f"{names} owns the GPU, so NVIDIA's driver cannot use it.",
        evidence=(
            *(f"{described(card, tables)} is bound to {card.kernel_driver}" for card in taken),
            *(said.evidence for said in logged[-3:]),
        ),
        remedy=_remedy(facts, taken),
    )


def _remedy(facts: Facts, taken: list[PciDisplay]) -> Remedy:
    reserved = [card for card in taken if card.kernel_driver == "vfio-pci"]
    if taken and len(reserved) == len(taken):
        return take_back_from_vfio(tuple(card.device_id for card in reserved))
    return keep_out_other_drivers(facts.machine.value)


RULE = Rule(
    "GPU105",
    "conflicting-kernel-driver",
    "error",
    check,
    needs=("machine", "driver"),
    mend=lambda facts, *_: _remedy(facts, []),
)
