"""The GPU's PCIe link is narrower than GPU and slot allow.

Why: a card that is not seated well, a riser cable or a wrong slot leaves the link with fewer lanes.
Copies between memory and GPU are then slower, most felt when data is loaded during training.

How we know: the link has fewer lanes than both the GPU and the port above it can use. Half of the
lanes is only noted: it costs little, and mainboards share lanes between slots. The link's speed is
not judged, since an idle link lowers it to save power.

Fix: switch the machine off and seat the card anew; try another slot, without a riser; look at how
the firmware divides the lanes.
"""

from collections.abc import Iterator

from gpucheck.compatibility.virtual_boards import is_virtual
from gpucheck.facts import Facts, Gpu, PciDisplay
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

HARMFUL = 4
"""A link of a fourth of the lanes or less is felt; half of them hardly is."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Compare the lanes in use with those that GPU and port have."""
    machine = facts.machine.value
    if is_virtual(machine):
        return
    for gpu in facts.gpus:
        card = next((d for d in machine.nvidia_cards if d.is_at(gpu.pci_address)), None)
        lanes = _lanes(gpu, card) if card else None
        if lanes is None or lanes[0] >= lanes[1]:
            continue
        now, possible = lanes
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"GPU {gpu.index} is connected by {now} PCIe lanes where {possible} are"
            " possible: copies to and from it are slower.",
            evidence=(
                f"lanes in use: {now}",
                f"lanes of the GPU: {gpu.pcie_width_max or (card and card.link_width_max)}",
                f"lanes of the port above it: {card and card.port_width_max}",
            ),
            severity="warning" if now * HARMFUL <= possible else "note",
        )


def _lanes(gpu: Gpu, card: PciDisplay) -> tuple[int, int] | None:
    """Return the lanes in use and those that GPU and port can use; None: one is not known."""
    now, own = gpu.pcie_width or card.link_width, gpu.pcie_width_max or card.link_width_max
    if not now or not own or not card.port_width_max:
        return None
    return now, min(own, card.port_width_max)


def _mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    return Remedy(
        "Switch the machine off and seat the card anew, without a riser if there is one; use the"
        " slot next to the processor, and look at how the firmware divides the lanes."
    )


RULE = Rule(
    "GPU116", "pcie-link-degraded", "warning", check, needs=("machine", "driver"), mend=_mend
)
