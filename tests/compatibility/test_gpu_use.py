"""Whether a GPU was used is said only where NVML shows it, or shows that it was not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.facts import Facts, GpuUse, SmokeDevice, SmokeError
from make import MIB, SEEN, facts, gpu, smoked

HERE = facts(gpus=["RTX 4090"])
UNSEEN: dict[str, Any] = {
    **SEEN,
    "is_process_listed": False,
    "has_new_process": False,
    "memory_used_bytes_peak": 0,
    "utilization_percent_peak": 0,
    "power_w_peak": 40.0,
}


def judged(use: dict[str, Any] | None, of: Facts = HERE, **device: Any) -> str:
    """Return the verdict on a device."""
    (tested,) = smoked(**device).value.devices
    seen = GpuUse(**use) if use is not None else None
    return verdict(msgspec.structs.replace(tested, use=seen), of).value


def test_used_by_the_process_alone() -> None:
    """It is the strongest sign, also on a busy GPU."""
    listed = {**UNSEEN, "is_process_listed": True, "utilization_percent_before": 90}
    assert judged(listed) == "used"


@pytest.mark.parametrize(
    "sign", [{"has_new_process": True}, {"power_w_peak": 200.0}, {"utilization_percent_peak": 60}]
)
def test_used_by_memory_and_a_sign_of_work(sign: dict[str, Any]) -> None:
    """Memory grew by what the test took, and more was seen."""
    assert judged({**UNSEEN, "memory_used_bytes_peak": 600 * MIB, **sign}) == "used"


def test_not_used() -> None:
    """Everything was told, and nothing changed."""
    assert judged(UNSEEN) == "not_used"


@pytest.mark.parametrize(
    ("use", "device"),
    [
        (None, {}),
        ({**UNSEEN, "sample_count": 0}, {}),
        ({**UNSEEN, "sample_count": 2}, {}),
        ({**UNSEEN, "memory_used_bytes_peak": None}, {}),
        ({**UNSEEN, "memory_used_bytes_peak": 200 * MIB}, {}),
        ({**UNSEEN, "memory_used_bytes_peak": 600 * MIB}, {}),
        ({**UNSEEN, "has_new_process": True}, {}),
        ({**UNSEEN, "power_w_peak": 300.0}, {}),
        ({**UNSEEN, "utilization_percent_before": 50}, {}),
        ({**UNSEEN, "unavailable": {"sample_count": "no samples for 2 of 3 s"}}, {}),
        ({**UNSEEN, "unavailable": {"memory_used_bytes": "given back"}}, {}),
        ({**UNSEEN, "unavailable": {"power_w": "NVML_ERROR_GPU_IS_LOST"}}, {}),
        (UNSEEN, {"memory_taken_bytes": 3 * MIB}),
        (UNSEEN, {"memory_taken_bytes": None}),
        (UNSEEN, {"error": SmokeError(stage="matmul", message="failed")}),
        (UNSEEN, {"ended_at": None}),
        (UNSEEN, {"uuid": "MIG-1"}),
    ],
)
def test_cannot_tell(use: dict[str, Any] | None, device: dict[str, Any]) -> None:
    """Too little was told, or what was seen may be somebody else's."""
    assert judged(use, **device) == "cannot_tell"


def test_cannot_tell_in_mig_mode_and_on_wsl() -> None:
    """Both hide parts."""
    parted = facts(gpus=[gpu("RTX 4090", is_mig_enabled=True)])
    assert judged(UNSEEN, parted) == "cannot_tell"
    assert judged(UNSEEN, facts(machine={"is_wsl": True})) == "cannot_tell"


BLIND = {
    **UNSEEN,
    "is_process_listed": None,
    "has_new_process": None,
    "utilization_percent_peak": None,
    "power_w_peak": None,
    "memory_used_bytes_peak": 600 * MIB,
}


@pytest.mark.parametrize(
    ("machine", "uuid", "value"),
    [
        ({"is_container": True}, "GPU-1", "used"),
        ({"is_wsl": True}, "GPU-1", "used"),
        ({}, "MIG-1", "used"),
        ({}, "GPU-1", "cannot_tell"),
    ],
)
def test_memory_alone_tells_where_the_rest_is_hidden(
    machine: dict[str, Any], uuid: str, value: str
) -> None:
    """Elsewhere processes or counters answer, and memory alone may be somebody else's."""
    assert judged(BLIND, facts(gpus=["RTX 4090"], machine=machine), uuid=uuid) == value


def test_memory_alone_does_not_tell_where_counters_answer() -> None:
    """They show no work then."""
    here = facts(gpus=["RTX 4090"], machine={"is_container": True})
    assert judged({**BLIND, "power_w_peak": 40.0}, here) == "cannot_tell"


FLAGS = st.none() | st.booleans()
NUMBERS = st.none() | st.integers(0, 1 << 50)


@given(st.integers(0, 99), FLAGS, FLAGS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_no_use_makes_it_fail(
    count: int,
    listed: bool | None,
    new: bool | None,
    before: int | None,
    peak: int | None,
    idle: int | None,
    busy: int | None,
) -> None:
    """And evidence is always given."""
    use = GpuUse(
        sample_count=count,
        is_process_listed=listed,
        has_new_process=new,
        memory_used_bytes_before=before,
        memory_used_bytes_peak=peak,
        utilization_percent_before=idle,
        utilization_percent_peak=busy,
    )
    device = SmokeDevice(ordinal=0, began_at=1.0, ended_at=2.0, memory_taken_bytes=peak, use=use)
    assert verdict(device, HERE).evidence
