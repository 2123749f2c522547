"""The driver has lost a GPU.

Why: the GPU no longer answers on the bus. Work on it fails until it is reset, and often the machine
must be restarted; power, cabling and heat are the usual reasons.

How we know: NVML returns 15 (GPU is lost) for calls about this GPU, or 16 (reset required). Or the
kernel's log says that a GPU fell off the bus (Xid 79), and the driver does not show it now.

Fix: check power, cabling and cooling, then restart the machine; a reset alone seldom brings it
back.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import LOST, cards_down, described, shows_no_gpu
from gpucheck.compatibility.kernel_log import names_card, standing
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report every GPU that NVML says is lost, and those that the log says fell off the bus."""
    # One lost GPU can keep CUDA from starting at all: then it is the driver's matter.
    stops_all = facts.cuda_driver.value.init_error is not None
    for gpu in facts.gpus:
        reasons = LOST & set(gpu.unavailable.values())
        if not reasons:
            continue
        name = gpu.name or "unnamed"
        yield Finding(
            subject="driver" if stops_all else f"gpu/{gpu.index}",
            message=f"The driver has lost GPU {gpu.index} ({name}): work on it fails.",
            evidence=(f"NVML: {', '.join(sorted(reasons))}",),
        )
    logged = standing("GPU109", facts, tables)
    for card in cards_down(facts):
        if any(card.is_at(gpu.pci_address) for gpu in facts.gpus):
            continue
        said = [each.evidence for each in logged if names_card(each.line.text, card.address)]
        if said:
            yield Finding(
                subject="driver" if shows_no_gpu(facts) else "machine",
                message=f"A GPU fell off the bus: {described(card, tables)} does not answer.",
                evidence=("the driver does not show it now", *said[-3:]),
            )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    text = (
        "Check the GPU's power cables, its seat (or riser) and its cooling, then restart the"
        " machine. If it is lost again, have the GPU replaced."
    )
    return for_this_machine(facts.machine.value, text, "sudo dmesg | grep -i xid", "sudo reboot")


RULE = Rule("GPU109", "gpu-lost", "error", check, mend=_mend)
