"""The driver has lost a GPU.

Why: the GPU no longer answers on the bus. Work on it fails until it is reset, and often the machine
must be restarted; power, cabling and heat are the usual reasons.

How we know: NVML returns 15 (GPU is lost) for calls about this GPU, or 16 (reset required).

Fix: look for Xid 79 in the kernel log, check power and cooling, reset the GPU or restart.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

LOST = {"NVML_ERROR_GPU_IS_LOST", "NVML_ERROR_RESET_REQUIRED"}


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report every GPU that NVML says is lost."""
    for gpu in facts.gpus:
        reasons = LOST & set(gpu.unavailable.values())
        if not reasons:
            continue
        name = gpu.name or "unnamed"
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"The driver has lost GPU {gpu.index} ({name}): work on it fails.",
            evidence=(f"NVML: {', '.join(sorted(reasons))}",),
            remedy=Remedy(
                "Look for Xid lines in the kernel log, check power and cooling, then restart.",
                ("sudo dmesg | grep -i xid",),
            ),
        )


RULE = Rule(id="GPU109", cause="gpu-lost", severity="error", check=check, needs=("driver",))
