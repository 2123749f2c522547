"""Samples of NVML become what was seen of a test; what makes no sense counts as not told."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.facts import GpuUse
from gpucheck.gpu_samples import use_of

UUID = "GPU-1"
MIB = 1 << 20


def sample(at: float, **fields: Any) -> dict[str, Any]:
    """Build a sample."""
    return {"at": at, "uuid": UUID, **fields}


def use(*samples: object, began_at: float = 10.0, ended_at: float = 11.0, **more: Any) -> GpuUse:
    """Return what is seen of a test from 10 to 11 s."""
    given = {"uuid": UUID, "pid": 7, "unavailable": {}, **more}
    return use_of(samples, began_at=began_at, ended_at=ended_at, **given)


def test_memory_and_processes_count_while_the_test_ran() -> None:
    """What came right after is somebody else's; what was before is the baseline."""
    seen = use(
        sample(9.9, memory_used_bytes=100, pids=[1]),
        sample(10.5, memory_used_bytes=900, pids=[1, 7]),
        sample(11.2, memory_used_bytes=5000, pids=[1, 8]),
    )
    assert (seen.memory_used_bytes_before, seen.memory_used_bytes_peak) == (100, 900)
    assert (seen.is_process_listed, seen.has_new_process, seen.sample_count) == (True, True, 1)


def test_counters_that_lag_count_a_little_longer() -> None:
    """Utilisation and power are averages; how they were shows before all tests."""
    seen = use(
        sample(1.0, utilization_gpu_percent=0, power_w=40.0),
        sample(9.9, utilization_gpu_percent=60, power_w=300.0),
        sample(10.5, utilization_gpu_percent=50, power_w=200.0, throttle_reasons=["a"]),
        sample(11.2, utilization_gpu_percent=97, power_w=320.0, throttle_reasons=["b", "a"]),
        sample(12.0, utilization_gpu_percent=100, power_w=500.0),
    )
    assert (seen.utilization_percent_before, seen.utilization_percent_peak) == (0, 97)
    assert (seen.power_w_before, seen.power_w_peak) == (40.0, 320.0)
    assert seen.throttle_reasons == ("a", "b")


def test_other_gpus_do_not_count() -> None:
    """Each sample names its GPU."""
    assert use({**sample(10.5, pids=[7]), "uuid": "GPU-2"}) == GpuUse(sample_count=0)


def test_what_nvml_did_not_tell_stays_unknown() -> None:
    """No process list is not an empty one."""
    seen = use(sample(10.5), unavailable={UUID: {"power_w": "NVML_ERROR_NOT_SUPPORTED"}})
    assert (seen.is_process_listed, seen.power_w_peak) == (None, None)
    assert seen.unavailable == {"power_w": "NVML_ERROR_NOT_SUPPORTED"}
    assert use(sample(10.5, pids=[])).is_process_listed is False


def spread(*used: int | None) -> list[dict[str, Any]]:
    """Return samples of the memory in use, one every tenth of a second, the first from before."""
    return [
        sample(9.9 + number / 10, **({} if each is None else {"memory_used_bytes": each}))
        for number, each in enumerate(used)
    ]


@pytest.mark.parametrize(
    "used",
    [
        [0, 0, 0, 0, 0, 0, 0],  # NVML hung, or was gone
        [0, 0, 0, 0, 0, None, None, None, None, None, None, None],  # the GPU was lost
        [0, None, None, None, None, 0, 0, 0, 0, 0, 0, 0],
    ],
)
def test_what_was_not_seen_is_said(used: list[int | None]) -> None:
    """Memory may have come and gone in a part of the test without samples."""
    assert use(*spread(*used)).unavailable["sample_count"].startswith("no samples for 0.")


def test_a_test_that_was_seen_from_end_to_end_lacks_nothing() -> None:
    """One missing sample hides nothing."""
    assert use(*spread(0, 0, 0, 0, 0, 0, None, 0, 0, 0, 0, 0)).unavailable == {}


def test_memory_that_others_gave_back_is_said() -> None:
    """It hides what the test took; a little of it, as of a desktop, does not."""
    assert "memory_used_bytes" in use(*spread(600 * MIB, *[0] * 11)).unavailable
    assert use(*spread(30 * MIB, *[0] * 11)).unavailable == {}


ODD_NUMBERS = (math.inf, -math.inf, math.nan, 10**400, True)


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_what_is_no_number_counts_as_not_told(number: float) -> None:
    """Nor is what no snapshot could hold."""
    seen = use(sample(10.5, memory_used_bytes=number, power_w=number), sample(number))
    assert seen == GpuUse(sample_count=1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("at", "uuid", "pids", "memory_used_bytes", "power_w", "throttle_reasons")
ODD = st.dictionaries(
    st.sampled_from(FIELDS), JSON | st.just(UUID) | st.just(10.5) | st.sampled_from(ODD_NUMBERS)
)


@given(st.lists(ODD | JSON, max_size=6), st.dictionaries(st.text(), JSON, max_size=2))
def test_no_samples_make_it_fail(samples: list[object], unavailable: dict[str, Any]) -> None:
    """They come from another process, which may have crashed in the middle of one."""
    use(*samples, unavailable={UUID: unavailable})
    use(*samples, unavailable=unavailable)
