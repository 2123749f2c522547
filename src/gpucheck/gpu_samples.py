"""From samples of NVML to what was seen of a GPU while a test ran.

In: samples as `probes/gpu_watch.py` takes them, and when a test worked on which GPU:

    {"at": 1795815973.63, "uuid": "GPU-…", "pids": [4711], "memory_used_bytes": 1610612736, …}

Out: `facts.GpuUse`. Samples are data from another process: what is not of the expected kind counts
as not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from gpucheck.facts import GpuUse

COUNTERS_LAG_S = 0.3
"""Utilisation, power and clocks are averages that NVML renews several times a second."""
BASELINE_S = 2.0
"""How long before a test a sample still tells how the GPU was."""
LONGEST_GAP = 1 / 4
"""Share of a test's time that may go by unseen; in more of it memory could come and go."""
MEMORY_GIVEN_BACK_BYTES = 32 << 20
"""Desktops take and give back less all the time."""
LARGEST_NUMBER = 1 << 63


def use_of(
    samples: Iterable[object],
    *,
    uuid: str,
    pid: int | None,
    began_at: float,
    ended_at: float,
    unavailable: Mapping[str, Any],
) -> GpuUse:
    """Return what the samples of one GPU show of a test's process and work.

    Memory and processes count while the test ran, utilisation, power and clocks also shortly
    after. `unavailable` maps a UUID to what NVML did not tell of it. Where the samples leave a
    part of the test unseen, or others gave memory back meanwhile, the result's `unavailable` says
    so of "sample_count" and "memory_used_bytes".
    """
    own = [each for each in samples if isinstance(each, dict) and each.get("uuid") == uuid]
    own = [each for each in own if isinstance(each.get("at"), int | float)]
    before = [each for each in own if began_at - BASELINE_S <= each["at"] < began_at]
    during = [each for each in own if began_at <= each["at"] <= ended_at]
    # Other tests may have run before this one: whether the GPU was idle shows before all of them.
    first = own[:1] if own and own[0]["at"] < began_at else []
    lagging = [each for each in own if began_at <= each["at"] <= ended_at + COUNTERS_LAG_S]
    pids_before, pids = _pids(before), _pids(during)
    refused = unavailable.get(uuid)
    return GpuUse(
        sample_count=len(during),
        is_process_listed=None if pids is None or pid is None else pid in pids,
        has_new_process=None if pids is None or pids_before is None else bool(pids - pids_before),
        memory_used_bytes_before=_least(before, "memory_used_bytes"),
        memory_used_bytes_peak=_most(during, "memory_used_bytes"),
        utilization_percent_before=_most(first, "utilization_gpu_percent"),
        utilization_percent_peak=_most(lagging, "utilization_gpu_percent"),
        power_w_before=_most(first, "power_w", float),
        power_w_peak=_most(lagging, "power_w", float),
        clock_sm_hz_before=_most(first, "clock_sm_hz"),
        clock_sm_hz_peak=_most(lagging, "clock_sm_hz"),
        throttle_reasons=_reasons(lagging),
        pcie_generation_peak=_most(during, "pcie_generation"),
        pcie_width_peak=_most(during, "pcie_width"),
        unavailable={
            **_unseen(during, began_at, ended_at),
            **_given_back(before, during),
            **_texts(refused),
        },
    )


def _unseen(during: list[dict[str, Any]], began_at: float, ended_at: float) -> dict[str, str]:
    """Say how long nothing was seen of the memory in use, where that is a large part of a test.

    NVML may hang, crash or lose the GPU midway, or wait long for the driver.
    """
    times = sorted(each["at"] for each in during if _numbers([each], "memory_used_bytes"))
    moments = [began_at, *times, ended_at]
    longest_s = max(later - earlier for earlier, later in pairwise(moments))
    if not times or longest_s <= (ended_at - began_at) * LONGEST_GAP:
        return {}
    return {"sample_count": f"no samples for {longest_s:.2g} of {ended_at - began_at:.2g} s"}


def _given_back(before: list[dict[str, Any]], during: list[dict[str, Any]]) -> dict[str, str]:
    """Say whether less memory was in use than before: what the test took does not show then."""
    used_before = _least(before, "memory_used_bytes")
    used = _least(during, "memory_used_bytes")
    if used is None or used_before is None or used >= used_before - MEMORY_GIVEN_BACK_BYTES:
        return {}
    return {"memory_used_bytes": "other processes gave memory back meanwhile"}


def _texts(refused: object) -> dict[str, str]:
    given = refused.items() if isinstance(refused, dict) else ()
    return {str(field): str(reason) for field, reason in given}


def _numbers(samples: list[dict[str, Any]], field: str) -> list[Any]:
    values = (each.get(field) for each in samples)
    numbers = (v for v in values if isinstance(v, int | float) and not isinstance(v, bool))
    return [v for v in numbers if abs(v) < LARGEST_NUMBER]  # not of NaN or infinity


def _most(samples: list[dict[str, Any]], field: str, kind: type = int) -> Any:
    numbers = _numbers(samples, field)
    return kind(max(numbers)) if numbers else None


def _least(samples: list[dict[str, Any]], field: str) -> int | None:
    numbers = _numbers(samples, field)
    return int(min(numbers)) if numbers else None


def _pids(samples: list[dict[str, Any]]) -> set[int] | None:
    """Return every process that was listed in some sample; None: no sample has a list."""
    lists = [each["pids"] for each in samples if isinstance(each.get("pids"), list)]
    return {pid for pids in lists for pid in pids if isinstance(pid, int)} if lists else None


def _reasons(samples: list[dict[str, Any]]) -> tuple[str, ...] | None:
    """Return every reason of some sample; None: no sample tells."""
    lists = [each["throttle_reasons"] for each in samples if "throttle_reasons" in each]
    told = [each for each in lists if isinstance(each, list)]
    named = (str(reason) for each in told for reason in each)
    return tuple(dict.fromkeys(named)) if told else None
