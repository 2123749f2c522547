"""Matrix products are far slower than this GPU's sourced rate.

Why: less than half of the dense rate is not what a library reaches on a healthy GPU with a product
this large. Clocks that are held down, a build without code for this GPU, or another program on it
are the usual reasons; training is as much slower.

How we know: a product of size 2048 or more, timed by the device's own events, against the rate in
the maker's data sheet. It is not judged where clocks were limited, the GPU was busy before, or the
rate of the product is not known.

Fix: by the evidence: clocks, cooling, power, the framework's build.
"""

from collections.abc import Iterator

from gpucheck.compatibility.gpu_use import BUSY_PERCENT
from gpucheck.compatibility.smoke import Tested, devices_under_test, gpu_of, is_right
from gpucheck.compatibility.smoke_rates import rate_share
from gpucheck.facts import Facts, MatrixProduct
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

SLOW = 0.5
LEAST_SIZE = 2048
LEAST_S = 0.0002
"""A shorter product does not fill a large GPU."""
NOT_LIMITING = {"gpu_idle", "applications_clocks_setting", "sync_boost", "display_clock_setting"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the largest timed product of each dtype with the rate."""
    for each in devices_under_test(facts):
        gpu = gpu_of(each.device, facts)
        if gpu is None or _is_disturbed(each):
            continue
        slow = []
        for product in _largest(each):
            share = rate_share(product, gpu, tables)
            if share and share.part < SLOW:
                rate = f"{(product.flop_per_s or 0) / 1e12:.3g} of {share.whole / 1e12:.4g} TFLOP/s"
                slow.append(f"{product.dtype}: {rate}, {share.part:.0%} (source: {share.source})")
        if slow:
            yield Finding(
                subject=each.subject,
                message=f"{each.title}'s matrix products on {gpu.name} are below half of its rate.",
                evidence=(*slow, *_state(each)),
                severity="warning",
            )


def _largest(each: Tested) -> Iterator[MatrixProduct]:
    judged = {
        product.dtype: product
        for product in sorted(each.device.products, key=lambda product: product.size)
        if product.size >= LEAST_SIZE and (product.seconds or 0) >= LEAST_S and is_right(product)
    }
    yield from judged.values()


def _is_disturbed(each: Tested) -> bool:
    use = each.device.use
    if use is None:
        return True  # nobody looked at clocks and load
    is_busy = (use.utilization_percent_before or 0) > BUSY_PERCENT
    return is_busy or bool({*use.throttle_reasons} - NOT_LIMITING)


def _state(each: Tested) -> Iterator[str]:
    use = each.device.use
    if use and use.clock_sm_hz_peak:
        yield f"SM clock up to {use.clock_sm_hz_peak / 1e6:.0f} MHz, not limited (NVML)"
    if use and use.power_w_peak:
        yield f"power up to {use.power_w_peak:.0f} W (NVML)"


RULE = Rule(
    "GPU704",
    "slow-gpu",
    "warning",
    check,
    mend=lambda *_: Remedy(
        "Look at clocks and power while it works, and whether the build has code for this GPU.",
        ("nvidia-smi -q -d CLOCK,POWER,PERFORMANCE",),
    ),
    explained_by=("GPU115", "GPU118", "GPU303", "GPU304", "GPU513"),
)
