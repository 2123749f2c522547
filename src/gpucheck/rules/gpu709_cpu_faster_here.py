"""Small work is faster on this CPU than on the GPU.

Why: a GPU needs time to be told what to do, and to be waited for; inputs have to be copied to it.
Below some size this costs more than the calculation, so a small model may not gain from the GPU.
That is no fault.

How we know: the same products and the same training step of a small network were timed on both, in
growing sizes, each waited for.

Fix: larger batches; keep data on the GPU; wait seldom (no .item() or print in every step).
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test
from gpucheck.facts import Crossover, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

WORDS = {"matmul": "products of matrices up to size", "mlp_step": "training steps up to batch"}


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note up to which size the CPU is faster."""
    for each in devices_under_test(facts):
        found = [says for c in each.device.crossovers if (says := _says(c))]
        if found:
            yield Finding(
                subject=each.subject,
                message=f"In {each.title} this CPU is faster than {each.place} at small sizes.",
                evidence=tuple(found),
                severity="note",
            )


def last_of_cpu(crossover: Crossover) -> int | None:
    """Return the place of the largest size at which the CPU is faster; None: at none."""
    pairs = zip(crossover.cpu_seconds, crossover.gpu_seconds, strict=False)
    return max((at for at, (cpu, gpu) in enumerate(pairs) if cpu < gpu), default=None)


def _says(crossover: Crossover) -> str | None:
    at = last_of_cpu(crossover)
    if at is None or at >= len(crossover.sizes):
        return None
    cpu_s, gpu_s = crossover.cpu_seconds[at], crossover.gpu_seconds[at]
    copies_s = crossover.transfer_seconds[at] if at < len(crossover.transfer_seconds) else 0.0
    # What the least size takes is what starting and waiting take: there is next to nothing to do.
    is_all_start = gpu_s <= 2 * min(crossover.gpu_seconds)
    why = (
        "starting kernels and waiting for them takes most of it" if is_all_start else "it has work"
    )
    if copies_s > gpu_s:
        why += "; copying the inputs takes longer still"
    times = f"{cpu_s * 1e6:.0f} µs on the CPU, {gpu_s * 1e6:.0f} µs on the GPU"
    return f"{WORDS[crossover.calculation]} {crossover.sizes[at]}: {times}; {why}"


RULE = Rule(
    "GPU709",
    "small-workload",
    "note",
    check,
    mend=lambda *_: Remedy(
        "Use larger batches, keep data on the GPU, and wait seldom (.item() and print wait)."
    ),
)
