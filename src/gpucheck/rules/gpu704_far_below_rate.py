"""Matrix products are far slower than this GPU's sourced rate.

Why: less than half of the dense rate is not what a library reaches on a healthy GPU with a product
this large. Clocks that are held down, a build without code for this GPU, or another program on it
are the usual reasons; training is as much slower.

How we know: a right product of size 2048 or more, against the rate in the maker's data sheet. It is
not judged where power or heat limited the clocks, where the GPU was busy before or shared by MPS,
or where NVML does not tell that, or the tables the rate.

Fix: by the evidence: clocks, cooling, power, the framework's build.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import Tested, devices_under_test, gpu_of
from gpucheck.compatibility.smoke_rates import is_undisturbed, rate_share, timed_products
from gpucheck.compatibility.smoke_subjects import by_culprit, in_words
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

SLOW = 0.5
SHARED = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the largest timed product of each dtype with the rate."""
    if SHARED in (facts.machine.value.environment or {}):
        return
    tested = [each for each in devices_under_test(facts) if is_undisturbed(each.device.use)]
    judged = [(each, [*_rates(each, facts, tables)]) for each in tested]
    slow = [each for each, rates in judged if any(is_slow for is_slow, _ in rates)]
    fast = [each for each, rates in judged if rates and each not in slow]
    for subject, group in by_culprit(slow, fast, facts).items():
        who, where = in_words(group, facts)
        rates = [rate for each, all_rates in judged if each in group for rate in all_rates]
        yield Finding(
            subject=subject,
            message=f"Matrix products of {who} on {where} are below half of the GPU's rate.",
            evidence=(
                *(text for is_slow, text in rates if is_slow),
                *(text for each in group for text in _state(each)),
            ),
            severity="warning",
        )


def _rates(each: Tested, facts: Facts, tables: Tables) -> Iterator[tuple[bool, str]]:
    """Yield whether each dtype is slow, and its rate in words."""
    gpu = gpu_of(each.device, facts)
    for product in timed_products(each.device):
        share = rate_share(product, gpu, tables) if gpu else None
        if share:
            reached = f"{(product.flop_per_s or 0) / 1e12:.3g} of {share.whole / 1e12:.4g} TFLOP/s"
            told = f"{reached}, {share.part * 100:.0f} % (source: {share.source})"
            yield share.part < SLOW, f"{each.title}, {product.dtype}: {told}"


def _state(each: Tested) -> Iterator[str]:
    use = each.device.use
    if use and use.clock_sm_hz_peak:
        yield f"{each.title}: SM clock up to {use.clock_sm_hz_peak / 1e6:.0f} MHz (NVML)"
    if use and use.power_w_peak:
        yield f"{each.title}: power up to {use.power_w_peak:.0f} W (NVML)"


RULE = Rule(
    "GPU704",
    "slow-gpu",
    "warning",
    check,
    mend=lambda *_: Remedy(
        "Look at clocks and power while it works, and whether the build has code for this GPU.",
        ("nvidia-smi -q -d CLOCK,POWER,PERFORMANCE",),
    ),
    explained_by=("GPU115", "GPU303", "GPU304", "GPU513"),
)
