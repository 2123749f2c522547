"""The driver found the GPU and could not start it.

Why: at its start the driver maps the GPU's memory windows (BARs), gets an interrupt and boots the
GPU. When the firmware gives it too small a window, or power or the card itself fails, the GPU stays
invisible although its module is loaded ("No devices were found").

How we know: the kernel's log has a failed start (RmInitAdapter, BAR without space) of a GPU that
the driver does not show now; or the module holds the GPU and the driver lists none.

Fix: in the firmware's set-up switch on "Above 4G Decoding" (and Resizable BAR), update the
firmware, check the power cables; then look for NVRM lines in the kernel's log.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import described
from gpucheck.compatibility.kernel_log import standing
from gpucheck.facts import GPU_NODES, Facts, PciDisplay
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs that did not start, as far as the log or the bus shows it."""
    logged = standing("GPU112", facts, tables)
    held = _held_in_vain(facts)
    if not logged and not held:
        return
    yield Finding(
        subject="driver",
        message="The driver found the GPU and could not start it: it is not usable.",
        evidence=(
            *(f"{described(card, tables)} is bound to nvidia" for card in held),
            *(["NVML starts, and lists no GPU"] if held else []),
            *(said.evidence for said in logged[-3:]),
        ),
    )


def _held_in_vain(facts: Facts) -> list[PciDisplay]:
    """Return the cards that the module holds while NVML starts and lists none.

    Batch systems hide the GPUs that a job did not ask for, and so do closed device files.
    """
    machine = facts.machine.value
    nodes = [n for n in machine.device_nodes or () if n.path.startswith(GPU_NODES)]
    is_open = bool(nodes) and all(node.is_accessible for node in nodes)
    if facts.driver.value.gpus != () or machine.is_container or machine.batch_job or not is_open:
        return []
    return [card for card in machine.nvidia_cards if card.kernel_driver == "nvidia"]


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    text = (
        'In the firmware (BIOS) set-up switch on "Above 4G Decoding", and Resizable BAR where it is'
        " offered; check that every power cable of the GPU is in; update the firmware. The kernel's"
        " log names what failed."
    )
    return for_this_machine(facts.machine.value, text, "sudo dmesg | grep -i nvrm")


RULE = Rule(
    "GPU112",
    "bios-bar-settings",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU105", "GPU107", "GPU108", "GPU109", "GPU123", "GPU129"),
    mend=_mend,
)
