"""Persistence mode is off on a server GPU.

Why: without it the driver lets go of the GPU when the last program ends, and needs seconds to start
it again for the next. Settings such as a power limit are lost meanwhile.

How we know: NVML says so of a data-centre GPU on Linux that drives no display.

Fix: switch it on with nvidia-smi; that holds until the next start. To keep it, run
nvidia-persistenced, which comes with the driver; the unit of Ubuntu and Debian starts it with
--no-persistence-mode, which must be removed.
"""

from collections.abc import Iterator

from gpucheck.compatibility.products import products
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, is_ours
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note data-centre GPUs that the driver lets go of."""
    if not is_ours(facts.machine.value) or facts.machine.value.os_name != "Linux":
        return
    off = [
        str(gpu.index)
        for gpu in facts.gpus
        if gpu.is_persistence_on is False
        and gpu.is_display_active is not True
        and gpu.vgpu_license_state is None
        and {row.category for row in products(gpu.name or "", tables)} == {"data centre"}
    ]
    if off:
        yield Finding(
            subject="driver",
            message=f"Persistence mode is off (GPU {', '.join(off)}): each program waits while the"
            " driver starts the GPU.",
            evidence=(f"NVML: persistence mode is off for GPU {', '.join(off)}",),
            severity="note",
        )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    text = (
        "Switch it on (until the next start), and run the driver's persistence daemon to keep it"
        " on (Ubuntu's and Debian's unit has --no-persistence-mode: remove that with systemctl"
        " edit)."
    )
    daemon = "sudo systemctl enable --now nvidia-persistenced"
    return for_this_machine(facts.machine.value, text, daemon, "sudo nvidia-smi -pm 1")


RULE = Rule(
    "GPU117", "persistence-mode-off", "note", check, needs=("machine", "driver"), mend=_mend
)
