"""Which of the machine's GPUs the driver does not bring up, and what those are.

A container shows the host's whole PCI bus, whatever it was given, so nothing is said there.
"""

from __future__ import annotations

from gpucheck.compatibility.drivers import newest_cuda_of
from gpucheck.compatibility.products import products_with_pci_id
from gpucheck.facts import NVIDIA_VENDOR_ID, Facts, PciDisplay
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import ArchitectureRow
from gpucheck.versions import DriverRelease

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


def architectures(facts: Facts, tables: Tables) -> tuple[ArchitectureRow, ...]:
    """Return the known architectures of the GPUs that a driver is for.

    Those are the ones that the driver shows; where it shows none, the cards on the bus.
    """
    if facts.gpus:
        shown = {gpu.compute_capability for gpu in facts.gpus}
        return tuple(row for row in tables.architectures.rows if row.compute_capability in shown)
    cards = (c for c in facts.machine.value.nvidia_cards if c.kernel_driver != "vfio-pci")
    return tuple(filter(None, (architecture_of(card, tables) for card in cards)))


def last_branch_of_cards(facts: Facts, tables: Tables) -> int | None:
    """Return the last driver branch that runs all GPUs; None: not known, or no branch does."""
    rows = architectures(facts, tables)
    last = min((row.last_driver_branch for row in rows if row.last_driver_branch), default=None)
    if last is None:
        return None
    offered = newest_cuda_of(DriverRelease((last,)), tables)
    newest = max((row.first_cuda.parts[:2] for row in rows if row.first_cuda), default=())
    return last if isinstance(offered, Known) and newest <= offered.value.parts else None


def need_open_modules(facts: Facts, tables: Tables) -> bool:
    """Tell whether one of the GPUs runs with the open kernel modules only."""
    return any(row.kernel_module == "open" for row in architectures(facts, tables))


def described(card: PciDisplay, tables: Tables) -> str:
    """Return a card as people know it: "GeForce RTX 4090 at 0000:01:00.0 (10de:2684)"."""
    found = products_with_pci_id(card.device_id, tables)
    name = found[0].product if len(found) == 1 else "NVIDIA GPU"
    return f"{name} at {card.address} ({NVIDIA_VENDOR_ID}:{card.device_id})"
