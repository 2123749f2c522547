"""The visible GPUs differ in model or memory.

Why: data-parallel work gives every GPU the same share: the slowest sets the pace, and the smallest
memory sets the batch size. A small card for the display among them holds everything back.

How we know: CUDA shows GPUs of several names, or one name with clearly different memory.

Fix: leave the unequal ones out with CUDA_VISIBLE_DEVICES, unless they are meant to be used.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE

GIB = 1 << 30
UNEQUAL = 0.9
"""Memory below this share of the largest counts as different: ECC takes 6 % of some cards."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note that the GPUs are not equal."""
    gpus = facts.visible_gpus if facts.gpus else ()
    sizes = [gpu.memory_total_bytes for gpu in gpus if gpu.memory_total_bytes]
    names = {gpu.name for gpu in gpus if gpu.name}
    is_unequal = bool(sizes) and min(sizes) < UNEQUAL * max(sizes)
    if len(gpus) < 2 or any(gpu.is_mig_enabled for gpu in gpus):  # noqa: PLR2004
        return
    if len(names) < 2 and not is_unequal:  # noqa: PLR2004
        return
    yield Finding(
        subject="machine",
        message="The GPUs are not equal: work that is spread evenly runs at the smallest one's"
        " pace.",
        evidence=tuple(
            f"GPU {gpu.index}: {gpu.name}, {(gpu.memory_total_bytes or 0) / GIB:.1f} GiB (NVML)"
            for gpu in gpus[:8]
        ),
        severity="note",
    )


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Leave the smaller ones out."""
    return Remedy(
        f"If that is not meant, leave the smaller ones out: list the others in {VARIABLE}."
    )


RULE = Rule("GPU606", "mixed-gpus", "note", check, mend=mend, explained_by=("GPU603",))
