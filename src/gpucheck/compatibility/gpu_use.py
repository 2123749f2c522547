"""Whether a GPU was used by a test that claims so, by what NVML saw meanwhile.

Evidence, strongest first: the test's own process among those of the GPU; memory that grew by what
the test took; work that the counters show. Containers and WSL number processes otherwise or hide
them, a MIG instance has no counters of its own, and on a busy GPU what changes may be somebody
else's: then less is proven, and "cannot tell" is an answer.

Source: NVML's reference, nvmlDeviceGetComputeRunningProcesses and nvmlDeviceGetUtilizationRates
(release 615, 2026-10).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from gpucheck.facts import Facts, GpuUse, SmokeDevice

MIB = 1 << 20
LEAST_CLAIM_BYTES = 64 * MIB
"""Of less memory than this nobody can say that it is missing."""
LEAST_SAMPLES = 3
BUSY_PERCENT = 10
"""Above this utilisation before the test, others work on the GPU too."""
RISE_PERCENT = 20
RISE_W = 20.0
LOST = "NVML_ERROR_GPU_IS_LOST"


class Verdict(msgspec.Struct, frozen=True):
    """What NVML saw, in a word and in sentences."""

    value: Literal["used", "not_used", "cannot_tell"]
    evidence: tuple[str, ...]


def verdict(device: SmokeDevice, facts: Facts) -> Verdict:
    """Tell whether NVML saw a test use the GPU that it claims to have used."""
    use = device.use
    if use is None or not use.sample_count:
        return Verdict("cannot_tell", ("NVML was not asked while the test ran",))
    grown, work = _growth(use), _work(use)
    evidence = tuple(filter(None, (_process(use), _memory(use), *work)))
    if use.is_process_listed:
        return Verdict("used", evidence)
    claimed = device.memory_taken_bytes or 0
    is_large = grown is not None and grown >= max(claimed, LEAST_CLAIM_BYTES) / 2
    is_idle_before = (use.utilization_percent_before or 0) <= BUSY_PERCENT
    is_shown = use.has_new_process or work or _shows_only_memory(device, use, facts)
    if is_large and is_idle_before and is_shown:
        return Verdict("used", evidence)
    why_not = _why_unsure(device, use, facts, grown, is_idle=is_idle_before)
    if why_not:
        return Verdict("cannot_tell", (why_not, *evidence))
    if work or use.has_new_process or grown is None or grown > claimed / 10:
        return Verdict("cannot_tell", evidence or ("NVML shows too little",))
    return Verdict("not_used", (f"the test says that it took {claimed // MIB} MiB", *evidence))


def _why_unsure(
    device: SmokeDevice, use: GpuUse, facts: Facts, grown: int | None, *, is_idle: bool
) -> str | None:
    """Return why nothing can be concluded from what is not seen; None: it can."""
    machine = facts.machine.value
    gap, given_back = (use.unavailable.get(name) for name in ("sample_count", "memory_used_bytes"))
    reasons = {
        "the test did not end well": device.error is not None or device.ended_at is None,
        "the GPU was lost": LOST in use.unavailable.values(),
        "a MIG instance shows too little": _is_mig(device, facts),
        "WSL shows too little": bool(machine.is_wsl),
        "NVML does not tell the memory in use": grown is None,
        f"a part of the test was not seen: {gap}": gap is not None,
        f"the memory in use does not tell: {given_back}": given_back is not None,
        "the test was too short": use.sample_count < LEAST_SAMPLES,
        "the test took too little memory": (device.memory_taken_bytes or 0) < LEAST_CLAIM_BYTES,
        "others work on this GPU": not is_idle,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _shows_only_memory(device: SmokeDevice, use: GpuUse, facts: Facts) -> bool:
    """Tell whether memory is all that can be seen: processes are hidden, and no counter answers."""
    machine = facts.machine.value
    hides_processes = machine.is_container or machine.is_wsl or _is_mig(device, facts)
    has_counters = use.utilization_percent_peak is not None or use.power_w_peak is not None
    return bool(hides_processes) and not has_counters


def _is_mig(device: SmokeDevice, facts: Facts) -> bool:
    gpu = next((gpu for gpu in facts.gpus if gpu.uuid == device.uuid), None)
    return (device.uuid or "").startswith("MIG-") or bool(gpu and gpu.is_mig_enabled)


def _growth(use: GpuUse) -> int | None:
    before, peak = use.memory_used_bytes_before, use.memory_used_bytes_peak
    return None if before is None or peak is None else peak - before


def _process(use: GpuUse) -> str | None:
    if use.is_process_listed:
        return "NVML lists the test's process"
    return None if use.is_process_listed is None else "NVML does not list the test's process"


def _memory(use: GpuUse) -> str | None:
    before, peak = use.memory_used_bytes_before, use.memory_used_bytes_peak
    if before is None or peak is None:
        return None
    return f"memory in use went from {before // MIB} to {peak // MIB} MiB"


def _work(use: GpuUse) -> tuple[str, ...]:
    """Return what the counters show of work."""
    rises = (
        (
            use.utilization_percent_before,
            use.utilization_percent_peak,
            RISE_PERCENT,
            "utilisation",
            "%",
        ),
        (use.power_w_before, use.power_w_peak, RISE_W, "power", "W"),
    )
    return tuple(
        f"{what} rose from {before:.0f} to {peak:.0f} {unit}"
        for before, peak, least, what, unit in rises
        if before is not None and peak is not None and peak - before >= least
    )
