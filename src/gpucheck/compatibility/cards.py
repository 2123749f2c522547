"""Which of the machine's GPUs the driver does not bring up, and what those are.

A container shows the host's whole PCI bus, whatever it was given, so nothing is said there.
"""

from __future__ import annotations

from gpucheck.compatibility.products import products_with_pci_id
from gpucheck.facts import NVIDIA_VENDOR_ID, Facts, PciDisplay
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import ArchitectureRow

LOST = frozenset({"NVML_ERROR_GPU_IS_LOST", "NVML_ERROR_RESET_REQUIRED"})
"""What NVML answers about a GPU that it can no longer work with."""

_ENDED = frozenset({"timed_out", "unkillable", "crashed"})


def shows_no_gpu(facts: Facts) -> bool:
    """Tell whether the driver was asked and shows no GPU: it hangs, refuses, or lists none."""
    section = facts.driver
    if facts.cuda_driver.value.devices or facts.is_gpu_kept_outside:
        return False
    if section.outcome in _ENDED:
        return section.stage is not None
    return section.is_ok and (section.value.init_error is not None or section.value.gpus == ())


def cards_down(facts: Facts) -> tuple[PciDisplay, ...]:
    """Return the NVIDIA cards on the bus that the driver does not show, or calls lost.

    A card that is reserved for virtual machines is not among them.
    """
    machine, driver = facts.machine.value, facts.driver
    if machine.is_container:
        return ()
    cards = tuple(card for card in machine.nvidia_cards if card.kernel_driver != "vfio-pci")
    if shows_no_gpu(facts):
        return cards
    well = [gpu for gpu in facts.gpus if not LOST & set(gpu.unavailable.values())]
    if not driver.is_ok or not facts.gpus or any(gpu.pci_address is None for gpu in well):
        return ()
    return tuple(card for card in cards if not any(card.is_at(gpu.pci_address) for gpu in well))


def architecture_of(card: PciDisplay, tables: Tables) -> ArchitectureRow | None:
    """Return the architecture of a card by its PCI ID; None: the tables do not know the card."""
    capabilities = {row.compute_capability for row in products_with_pci_id(card.device_id, tables)}
    if len(capabilities) != 1:
        return None
    rows = tables.architectures.rows
    return next((row for row in rows if row.compute_capability in capabilities), None)


def described(card: PciDisplay, tables: Tables) -> str:
    """Return a card as people know it: "GeForce RTX 4090 at 0000:01:00.0 (10de:2684)"."""
    found = products_with_pci_id(card.device_id, tables)
    name = found[0].product if len(found) == 1 else "NVIDIA GPU"
    return f"{name} at {card.address} ({NVIDIA_VENDOR_ID}:{card.device_id})"
