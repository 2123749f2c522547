"""While tests run, NVML is sampled by a child: used, not used, cannot tell; lost, hung, crashed.

The real pynvml runs on the fake libnvidia-ml; the values of a scenario move on with each read.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pynvml
import pytest

import gpucheck
from fake_nvml import Faults, gpu, gpu_uuid, install, mig, mig_uuid, scenario
from gpucheck.child import Family, Job, Result
from gpucheck.compatibility.gpu_use import verdict
from gpucheck.facts import SmokeDevice
from gpucheck.gpu_samples import use_of
from make import facts

PROBE = Path(gpucheck.__file__).parent / "probes" / "gpu_watch.py"
PYNVML_FOLDER = str(Path(pynvml.__file__).parent)
MIB = 1 << 20
ROUNDS = 12
LONG_S = 60.0
PID = 4711

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

Watch = Callable[..., Result]


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Return a function that watches a scenario until it has so many samples, or has ended."""

    def run(text: str, *, uuids: str = "", end_s: float = 30.0) -> Result:
        for name, value in install(tmp_path, text).items():
            monkeypatch.setenv(name, value)
        stop, ready = tmp_path / "stop", tmp_path / "ready"
        arguments = (PYNVML_FOLDER, str(stop), str(ready), "0.001", uuids)
        job = Job("gpu_watch", (sys.executable, "-I", "-S"), PROBE, end_s, arguments, stop)
        results: list[Result] = []
        family = Family()
        thread = threading.Thread(target=lambda: results.append(family.run(job)))
        thread.start()
        deadline = time.monotonic() + LONG_S
        while thread.is_alive() and not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        thread.join(0.5)  # some more rounds, where nothing stops it
        stop.touch()
        thread.join(LONG_S)
        family.end()
        (result,) = results
        return result

    return run


def samples_of(result: Result, uuid: str = "") -> list[dict[str, Any]]:
    """Return the samples of a GPU."""
    wanted = uuid or gpu_uuid(0)
    return [each for each in result.facts.get("samples", []) if each["uuid"] == wanted]


def judged(
    result: Result, uuid: str = "", *, unseen: int = 0, machine: dict[str, Any] | None = None
) -> str:
    """Return the verdict on a test from the second sample to the last, or so many rounds longer.

    The samples count as taken once a second: how fast they came is this machine's matter.
    """
    uuid = uuid or gpu_uuid(0)
    own = [{**each, "at": float(at)} for at, each in enumerate(samples_of(result, uuid))]
    began_at, ended_at = 1.0, own[-1]["at"] + unseen
    use = use_of(
        own,
        uuid=uuid,
        pid=PID,
        began_at=began_at,
        ended_at=ended_at,
        unavailable=result.facts.get("unavailable", {}),
    )
    tested = SmokeDevice(
        ordinal=0,
        uuid=uuid,
        memory_taken_bytes=512 * MIB,
        began_at=began_at,
        ended_at=ended_at,
        use=use,
    )
    return verdict(tested, facts(gpus=["RTX 4090"], machine=machine or {})).value


def busy(**fields: Any) -> str:
    """Return a scenario whose memory and power rise after the first sample."""
    rising = {
        "memory_used_bytes": (0, 900 * MIB),
        "power_w": (40, 320),
        "utilization_gpu_percent": (0, 97),
    }
    return scenario(gpus=[gpu("RTX 4090", **{**rising, **fields})])


def test_each_sample_has_what_changes_with_work(watch: Watch) -> None:
    """Time, memory, utilisation, power, clocks, link, processes."""
    result = watch(scenario(gpus=[gpu("RTX 4090", compute=((PID, 600 * MIB),))]))
    assert result.outcome == "ok"
    own = samples_of(result)
    assert len(own) > 1
    assert own[0]["at"] < own[-1]["at"]
    assert own[0]["pids"] == [PID]
    assert {"memory_used_bytes", "power_w", "clock_sm_hz", "throttle_reasons"} <= own[0].keys()
    assert {"utilization_gpu_percent", "pcie_generation", "pcie_width"} <= own[0].keys()


def test_used_by_its_process(watch: Watch) -> None:
    """NVML lists it."""
    assert judged(watch(scenario(gpus=[gpu("RTX 4090", compute=((PID, 600 * MIB),))]))) == "used"


def test_used_by_memory_and_work(watch: Watch) -> None:
    """In a container the process has another number."""
    assert judged(watch(busy())) == "used"


def test_used_by_memory_and_a_new_process(watch: Watch) -> None:
    """One that was not there before appears, under another number, and no counter answers."""
    counters = {"utilization_gpu_percent": None, "power_w": None}
    listed = ((1, 100 * MIB), (PID + 1, 600 * MIB))
    result = watch(busy(compute=listed, compute_process_count=(1, 1, 1, 2), **counters))
    own = samples_of(result)
    assert (own[0]["pids"], own[-1]["pids"]) == ([1], [1, PID + 1])
    assert judged(result) == "used"


def test_used_by_memory_alone_in_a_mig_instance(watch: Watch) -> None:
    """It has no counters, and a container hides the processes."""
    instance = mig("1g.10gb", memory_used_bytes=(0, 900 * MIB))
    result = watch(scenario(gpus=[gpu("A100", mig=(instance,))]), uuids=mig_uuid(0, 0))
    hidden = {"is_container": True}
    assert "power_w" not in samples_of(result, mig_uuid(0, 0))[0]
    assert judged(result, mig_uuid(0, 0), machine=hidden) == "used"


def test_not_used(watch: Watch) -> None:
    """Nothing changes at all."""
    assert judged(watch(scenario(gpus=[gpu("RTX 4090")]))) == "not_used"


def test_cannot_tell_without_memory_and_processes(watch: Watch) -> None:
    """A driver that answers neither."""
    errors = {"nvmlDeviceGetMemoryInfo*": 3, "nvmlDeviceGet*RunningProcesses*": 3}
    result = watch(scenario(gpus=[gpu("RTX 4090")], errors=errors))
    assert result.facts["unavailable"][gpu_uuid(0)]["memory_used_bytes"]
    assert judged(result) == "cannot_tell"


def test_cannot_tell_on_a_busy_gpu(watch: Watch) -> None:
    """What is seen may be somebody else's."""
    text = scenario(gpus=[gpu("RTX 4090", utilization_gpu_percent=80)])
    assert judged(watch(text)) == "cannot_tell"


def test_a_list_of_graphics_processes_alone_is_no_list(watch: Watch) -> None:
    """A test would stand in the other one."""
    errors = {"nvmlDeviceGetComputeRunningProcesses*": 3}
    result = watch(scenario(gpus=[gpu("RTX 4090", graphics=((1, MIB),))], errors=errors))
    assert all("pids" not in each for each in samples_of(result))


def test_a_lost_gpu_is_left_and_the_others_are_watched(watch: Watch) -> None:
    """It falls off the bus midway; what was seen until then proves nothing."""
    result = watch(scenario(gpus=[gpu("RTX 4090"), gpu("RTX 4090")], lost={0: 60}))
    assert result.outcome == "ok"
    assert "GPU_IS_LOST" in str(result.facts["unavailable"][gpu_uuid(0)])
    assert len(samples_of(result, gpu_uuid(1))) > len(samples_of(result)) > 3
    assert judged(result) == "cannot_tell"
    assert judged(result, gpu_uuid(1)) == "not_used"


@pytest.mark.parametrize(("fault", "outcome"), [("hang", "timed_out"), ("segfault", "crashed")])
def test_what_was_seen_before_it_broke_is_kept(watch: Watch, fault: str, outcome: str) -> None:
    """NVML hangs or crashes midway; the step is named."""
    name = "nvmlDeviceGetPowerUsage"
    faults: dict[str, Any] = {fault: (name,), "after": {name: ROUNDS}}
    result = watch(scenario(gpus=[gpu("RTX 4090")], **faults), end_s=0.5)
    assert result.outcome == outcome
    assert (result.stage or "").startswith(name)
    assert len(samples_of(result)) == ROUNDS
    assert judged(result) == "not_used"
    assert judged(result, unseen=ROUNDS) == "cannot_tell"


def test_mig_devices_are_watched_by_themselves(watch: Watch) -> None:
    """Each has memory of its own; which is asked for is said by its UUID."""
    text = scenario(gpus=[gpu("A100", mig=(mig("1g.10gb"), mig("1g.10gb")))])
    result = watch(text, uuids=mig_uuid(0, 1))
    assert {each["uuid"] for each in result.facts["samples"]} == {mig_uuid(0, 1)}
    assert "memory_used_bytes" in result.facts["samples"][0]


def test_refuses_where_nvml_does_not_start(watch: Watch) -> None:
    """Nothing is sampled, and the reason is told."""
    result = watch(scenario(errors={"nvmlInit*": 9}))
    assert (result.outcome, result.reason) == ("refused", "NVML does not start")


def test_a_question_that_is_not_supported_is_asked_once(watch: Watch) -> None:
    """Asking again would cost time in every round."""
    faults = Faults(errors={"nvmlDeviceGetPowerUsage": 3}, after={})
    result = watch(scenario(gpus=[gpu("RTX 4090", faults=faults)]))
    assert all("power_w" not in each for each in samples_of(result))
    assert result.facts["unavailable"][gpu_uuid(0)] == {"power_w": "NVML_ERROR_NOT_SUPPORTED"}


def test_a_gpu_without_a_name_is_left_out(watch: Watch) -> None:
    """An empty UUID tells nobody which GPU it is."""
    result = watch(scenario(gpus=[gpu("RTX 4090", uuid=""), gpu("RTX 4090")]))
    assert result.outcome == "ok"
    assert {each["uuid"] for each in result.facts["samples"]} == {gpu_uuid(1)}
