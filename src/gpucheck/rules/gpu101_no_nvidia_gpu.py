"""The machine has no NVIDIA GPU.

Why: CUDA needs an NVIDIA GPU. Without one every CUDA build runs on the CPU.

How we know: no NVIDIA device on the PCI bus, no /dev/nvidia* device, and NVML lists none.

Fix: use a machine with an NVIDIA GPU, attach one to this virtual machine or container, or install
the smaller CPU builds of the frameworks on purpose.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note that there is no GPU."""
    if facts.has_nvidia_gpu is not False:
        return
    machine = facts.machine.value
    displays = machine.pci_displays
    evidence = []
    if displays is not None:
        others = ", ".join(f"{d.vendor_id}:{d.device_id}" for d in displays) or "none"
        evidence.append(f"no NVIDIA device among the PCI display controllers ({others})")
    if machine.device_nodes is not None:
        evidence.append("no /dev/nvidia* device")
    yield Finding(
        subject="machine",
        message="No NVIDIA GPU here: CUDA builds of frameworks run on the CPU.",
        evidence=tuple(evidence),
        severity="note",
    )


def _mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    return Remedy("Use a machine that has one; CPU builds of the frameworks will do here.")


RULE = Rule(
    "GPU101",
    "no-gpu",
    "note",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU509", "GPU514"),
    mend=_mend,
)
