"""GPU116: fewer PCIe lanes than possible."""

from typing import Any

from gpucheck.facts import PciDisplay
from gpucheck.findings import Finding
from make import facts, gpu, report


def linked(now: int | None, port: int | None, own: int = 16, **machine: Any) -> tuple[Finding, ...]:
    """Return what is found for a GPU with `now` lanes of its `own` in a port of `port` lanes."""
    card = PciDisplay(
        address="0000:01:00.0",
        vendor_id="10de",
        device_id="2684",
        link_width_max=own,
        port_width_max=port,
    )
    return report(
        facts(
            gpus=[gpu("RTX 4090", pcie_width=now, pcie_width_max=own)],
            machine={"pci_displays": (card,), **machine},
        )
    ).findings


def test_a_fourth_of_the_lanes_is_a_warning() -> None:
    """16 are possible, 4 are in use."""
    (finding,) = linked(4, 16)
    assert (finding.rule, finding.severity) == ("GPU116", "warning")


def test_half_of_the_lanes_is_a_note() -> None:
    """It costs little, and mainboards share lanes."""
    (finding,) = linked(8, 16)
    assert (finding.rule, finding.severity) == ("GPU116", "note")


def test_silent_when_slot_or_gpu_has_no_more() -> None:
    """A slot of 4 lanes, a GPU of 8."""
    assert linked(4, 4) == ()
    assert linked(8, 16, own=8) == ()
    assert linked(16, 16) == ()


def test_unknown_without_the_port_and_in_virtual_machines() -> None:
    """The lanes of the slot are not known, or made up."""
    assert linked(4, None) == ()
    assert linked(None, 16) == ()
    assert linked(1, 32, hardware_model="Standard PC (Q35 + ICH9, 2009)") == ()
