"""Copies between host and GPU are far below what the PCIe link can carry.

Why: data and weights go over this link. A copy at less than half of its rate keeps the GPU waiting.

How we know: copies of page-locked memory of 16 MiB or more, against generation times lanes of the
link as NVML saw it while they ran. Links inside virtual machines and WSL are made up, so they are
not judged, nor is a GPU that was busy before.

Fix: another slot, no riser cable nor box outside, the memory of the CPU that the slot belongs to.
"""

from collections.abc import Iterator

from gpucheck.compatibility.gpu_use import BUSY_PERCENT
from gpucheck.compatibility.smoke import devices_under_test, gpu_of
from gpucheck.compatibility.smoke_rates import link_bytes_per_s
from gpucheck.compatibility.virtual_boards import is_virtual
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

SLOW = 0.5
LEAST_BYTES = 16 << 20
PINNED = ("host_to_device_pinned", "device_to_host_pinned")


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Compare pinned copies with the link."""
    machine = facts.machine.value
    if machine.is_wsl or is_virtual(machine) is not False:
        return
    for each in devices_under_test(facts):
        gpu = gpu_of(each.device, facts)
        use = each.device.use
        whole = link_bytes_per_s(use)
        if gpu is None or use is None or whole is None:
            continue
        before = use.utilization_percent_before
        if before is None or before > BUSY_PERCENT:
            continue
        slow = [
            f"{copy.kind.replace('_', ' ')}: {copy.bytes_per_s / 1e9:.1f} of {whole / 1e9:.1f} GB/s"
            for copy in each.device.copies
            if copy.kind in PINNED and copy.size_bytes >= LEAST_BYTES
            if copy.bytes_per_s < SLOW * whole
        ]
        if slow:
            link = f"PCIe {use.pcie_generation_peak}.0 with {use.pcie_width_peak} lanes (NVML)"
            yield Finding(
                subject=f"gpu/{gpu.index}",
                message=f"Copies with GPU {gpu.index} reach less than half of its link's rate.",
                evidence=(*slow, link),
                severity="warning",
            )


RULE = Rule(
    "GPU705",
    "pcie-link-degraded",
    "warning",
    check,
    mend=lambda *_: Remedy(
        "See which CPU the slot belongs to, and try another slot, without a riser.",
        ("nvidia-smi topo -m",),
    ),
    explained_by=("GPU116",),
)
