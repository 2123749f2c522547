"""The GPU is slowed down by heat or by its power supply.

Why: when it is too hot, or its power supply pulls the brake, the GPU lowers its clocks: it is slow.

How we know: NVML names a thermal or power-brake reason for the present clocks. That the GPU keeps
to its own power limit under load is normal and not reported.

Fix: clean and improve the cooling; check the power supply and its cables.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import gpu_number
from gpucheck.tables import Tables

HEAT = frozenset({"hw_thermal_slowdown", "sw_thermal_slowdown"})
BRAKE = "hw_power_brake_slowdown"
ANY = "hw_slowdown"  # one of the above, or a voltage that drops; an idle GPU sets it too


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report visible GPUs that the hardware slows down."""
    for gpu in facts.visible_gpus:
        reasons = frozenset(gpu.throttle_reasons or ())
        is_busy = "gpu_idle" not in reasons
        why = HEAT & reasons or {BRAKE} & reasons or ({ANY} & reasons if is_busy else set())
        if not why:
            continue
        cause = "heat" if HEAT & reasons else "its power" if BRAKE in reasons else "a protection"
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"GPU {gpu.index} ({gpu.name or 'unnamed'}) is slowed down by {cause}.",
            evidence=tuple(_evidence(gpu, sorted(reasons & {*HEAT, BRAKE, ANY}))),
            severity="warning",
        )


def _evidence(gpu: Gpu, reasons: list[str]) -> Iterator[str]:
    yield f"NVML: clocks are limited by {', '.join(reasons)}"
    if gpu.temperature_c is not None:
        limit = gpu.temperature_slowdown_c
        yield f"temperature {gpu.temperature_c} °C" + (f", slows down at {limit} °C" * bool(limit))
    if gpu.clock_sm_hz and gpu.clock_sm_max_hz:
        now, most = (hz // 1_000_000 for hz in (gpu.clock_sm_hz, gpu.clock_sm_max_hz))
        yield f"SM clock {now} of {most} MHz"


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    gpu = next((gpu for gpu in facts.gpus if str(gpu.index) == gpu_number(subject)), None)
    if gpu and HEAT & set(gpu.throttle_reasons or ()):
        return Remedy("Free the fans and air ways of dust, and give the machine more cool air.")
    return Remedy(
        "Check that every power cable of the GPU is in and of its own, and that the power supply is"
        " strong enough; on a laptop, plug it in."
    )


RULE = Rule("GPU115", "throttled", "warning", check, needs=("driver",), mend=_mend)
