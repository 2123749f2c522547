"""Which cards are down, and which lines of the kernel's log still hold."""

from __future__ import annotations

import pytest

from gpucheck.compatibility.cards import architecture_of, cards_down, described, shows_no_gpu
from gpucheck.compatibility.kernel_log import names_card, xids_in
from gpucheck.compatibility.memory import held_by_others
from gpucheck.facts import PciDisplay
from gpucheck.tables import Known, Tables
from make import facts, gpu

TABLES = Tables()
CARD = PciDisplay(address="0000:0b:00.0", vendor_id="10de", device_id="2684")


def test_addresses_are_told_apart_in_every_spelling() -> None:
    """NVML writes eight digits, the log leaves out the function, a VMD domain has five digits."""
    assert CARD.is_at("00000000:0B:00.0")
    assert not CARD.is_at("00000000:0C:00.0")
    assert not CARD.is_at(None)
    far = PciDisplay(address="10000:0b:00.0", vendor_id="10de", device_id="2684")
    assert far.is_at("00010000:0B:00.0")
    assert not far.is_at("00000000:0B:00.0")
    assert names_card("NVRM: Xid (PCI:0000:0b:00): 79, x", "00000000:0B:00.0")
    assert names_card("NVRM: GPU 0000:0b:00.0: RmInitAdapter failed!", CARD.address)
    assert not names_card("NVRM: GPU 0000:0c:00.0: RmInitAdapter failed!", CARD.address)


def test_cards_are_down_that_nvml_leaves_out() -> None:
    """A card of the bus that NVML lists is not down, one handed to a virtual machine neither."""
    first = PciDisplay(address="0000:01:00.0", vendor_id="10de", device_id="2684")
    handed = PciDisplay(
        address="0000:0c:00.0", vendor_id="10de", device_id="2684", kernel_driver="vfio-pci"
    )
    seen = facts(machine={"pci_displays": (first, CARD, handed)})
    assert cards_down(seen) == (CARD,)
    assert cards_down(facts(machine={"pci_displays": (first, CARD), "is_container": True})) == ()
    unknown = facts(gpus=[gpu("RTX 4090", pci_address=None)], machine={"pci_displays": (CARD,)})
    assert cards_down(unknown) == ()


def test_a_driver_that_was_not_asked_is_not_down() -> None:
    """A probe that was refused tells nothing; one that hangs does; CUDA that works outweighs."""
    assert not shows_no_gpu(facts(outcomes={"driver": "refused"}, cuda={"devices": None}))
    assert shows_no_gpu(facts(outcomes={"driver": "timed_out"}, cuda={"devices": None}))
    assert not shows_no_gpu(facts(nvml_error=999))
    assert shows_no_gpu(facts(nvml_error=999, cuda_error=3))


def test_a_card_is_known_by_its_pci_id() -> None:
    """Its product and architecture; a card that the tables lack has none."""
    architecture = architecture_of(CARD, TABLES)
    assert architecture
    assert architecture.architecture == "Ada Lovelace"
    assert described(CARD, TABLES) == "GeForce RTX 4090 at 0000:0b:00.0 (10de:2684)"
    strange = PciDisplay(address="0000:0b:00.0", vendor_id="10de", device_id="ffff")
    assert architecture_of(strange, TABLES) is None
    assert described(strange, TABLES) == "NVIDIA GPU at 0000:0b:00.0 (10de:ffff)"


def test_xids_come_with_their_row() -> None:
    """Also those of a MIG instance; an unknown number has none."""
    log = (
        "NVRM: Xid (PCI:0000:0b:00 GPU-I:05): 48, pid=9, x",
        "NVRM: Xid (PCI:0000:0b:00): 9999, x",
    )
    first, second = xids_in(facts(machine={"kernel_log": log}), TABLES)
    assert (first.number, first.address) == (48, "0000:0b:00")
    assert isinstance(first.row, Known)
    assert not isinstance(second.row, Known)


@pytest.mark.parametrize(
    "text",
    ["", "CUDA out of memory.", "Tried to allocate 2.00 GiB (GPU 0; 0 bytes total capacity; x)"],
)
def test_what_a_message_does_not_tell_stays_unknown(text: str) -> None:
    """Messages that leave sizes out."""
    assert held_by_others(text) is None
