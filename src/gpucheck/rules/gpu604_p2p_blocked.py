"""GPUs cannot reach each other's memory directly, although their connection allows it.

Why: GPUs below one PCIe switch, or joined by NVLink, exchange data directly (peer to peer). An
IOMMU, ACS on the PCIe bridges, or a virtual machine can block that. NCCL then goes through the
processor's memory, slowly; where the block is not noticed, it hangs or hands over wrong data.

How we know: NVML says that a pair below one switch or with an active NVLink has no peer-to-peer
access; or a program's line tells of it and NVML says the same of some pair. GPUs that never have
it, such as newer GeForce cards, are no fault.

Fix: switch ACS off for these bridges (on bare metal), or tell NCCL not to use it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.products import products
from gpucheck.facts import Facts, Gpu, GpuPair
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

BLOCKED = {"chipset_not_supported", "ioh_topology_not_supported", "disabled_by_regkey"}
NEAR = {"internal", "single", "multiple"}
"""On one board, or below PCIe switches without passing the processor."""

WITHOUT = {"geforce", "laptop", "titan", "mining"}
"""Categories of products that may have no peer-to-peer access by themselves."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report pairs that are blocked."""
    by_index = {gpu.index: gpu for gpu in facts.gpus}
    pairs = [pair for pair in facts.driver.value.pairs or () if pair.p2p_read in BLOCKED]
    near = [pair for pair in pairs if _could(pair, by_index, tables)]
    said = said_for("GPU604", facts, tables)
    is_telling = bool(said) and facts.driver.value.pairs is None and facts.origin == "report"
    shown = pairs if said else near
    if not shown and not is_telling:
        return
    lines = [f"GPU {p.index_a} and {p.index_b}: {p.p2p_read} (NVML)" for p in shown[:5]]
    yield Finding(
        subject="machine",
        message="GPUs cannot reach each other's memory directly: work on several is slow or hangs.",
        evidence=(*lines, *(each.evidence for each in said[:2])),
        severity="warning",
    )


def _could(pair: GpuPair, by_index: dict[int, Gpu], tables: Tables) -> bool:
    """Tell whether the way between two GPUs allows direct access, and both products have it."""
    ends = [by_index[index] for index in (pair.index_a, pair.index_b) if index in by_index]
    kinds = {row.category for gpu in ends for row in products(gpu.name or "", tables)}
    addresses = {(gpu.pci_address or "").lower() for gpu in ends}
    linked = any(
        link.is_active and (link.remote_pci_address or "-").lower() in addresses
        for gpu in ends
        for link in gpu.nvlinks or ()
    )
    return bool(kinds) and not kinds & WITHOUT and (linked or pair.common_ancestor in NEAR)


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Go around it first, then unblock it."""
    text = (
        "To go on at once, tell NCCL not to use it (this also leaves NVLink unused). To have it:"
        " switch off ACS on the PCIe bridges in the firmware's settings, or clear ACSCtl with"
        " setpci; on bare metal also try iommu=pt or the IOMMU off. In a virtual machine the host"
        " decides. Look at what the bridges say."
    )
    return Remedy(text, ("export NCCL_P2P_DISABLE=1", "sudo lspci -vvv | grep -i acsctl"))


RULE = Rule("GPU604", "nccl-p2p-iommu-acs", "warning", check, mend=mend)
