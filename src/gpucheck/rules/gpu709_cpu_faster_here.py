"""Small work is faster on this CPU than on the GPU.

Why: a GPU needs time to be told what to do, and to be waited for; inputs have to be copied to it.
Below some size this costs more than the calculation, so a small model may not gain from the GPU.
That is no fault.

How we know: the same products and the same training step of a small network were timed on both, in
growing sizes, each waited for; the copies of the inputs were timed apart.

Fix: larger batches; keep data on the GPU; wait seldom (no .item() or print in every step).
"""

from collections.abc import Iterator, Sequence

from gpucheck.compatibility.smoke import devices_under_test
from gpucheck.compatibility.smoke_subjects import place_of
from gpucheck.facts import Crossover, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

WORDS = {"matmul": "products of matrices up to size", "mlp_step": "training steps up to batch"}
MOSTLY_START = 2
"""Up to so many times of what the least size takes, starting and waiting take most of it."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note up to which size the CPU is faster."""
    for each in devices_under_test(facts):
        found = tuple(line for c in each.device.crossovers for line in _lines(c))
        if found:
            place = place_of(each.device, facts)
            yield Finding(
                subject=each.subject,
                message=f"In {each.title} this CPU is faster than {place} at small sizes.",
                evidence=found,
                severity="note",
            )


def _lines(crossover: Crossover) -> Iterator[str]:
    gpu_s = crossover.gpu_seconds
    copies_s = crossover.transfer_seconds or (0.0,) * len(gpu_s)
    whole_s = [gpu + copies for gpu, copies in zip(gpu_s, copies_s, strict=False)]
    what = WORDS[crossover.calculation]
    at, at_copied = _last_won(crossover, gpu_s), _last_won(crossover, whole_s)
    if at is not None:
        is_start = gpu_s[at] <= MOSTLY_START * min(gpu_s)
        why = "starting kernels and waiting for them" if is_start else "the calculation itself"
        times = f"{_us(crossover.cpu_seconds[at])} on the CPU, {_us(gpu_s[at])} on the GPU"
        yield f"{what} {crossover.sizes[at]}: {times}; {why} takes most of it"
    if at_copied is not None and (at is None or at_copied > at):
        cpu_s = crossover.cpu_seconds[at_copied]
        times = f"{_us(cpu_s)} on the CPU, {_us(whole_s[at_copied])} with the copies"
        size = crossover.sizes[at_copied]
        yield f"{what} {size} where the inputs are copied each time: {times}"


def _last_won(crossover: Crossover, gpu_s: Sequence[float]) -> int | None:
    """Return the place of the largest size at which the CPU is faster; None: at none."""
    rows = enumerate(zip(crossover.sizes, crossover.cpu_seconds, gpu_s, strict=False))
    return max((at for at, (_, cpu, gpu) in rows if cpu < gpu), default=None)


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


RULE = Rule(
    "GPU709",
    "small-workload",
    "note",
    check,
    mend=lambda *_: Remedy(
        "Use larger batches, keep data on the GPU, and wait seldom (.item() and print wait)."
    ),
)
