"""Run the smoke tests of a collection: loaded side by side, computing one after the other.

In: what is wished, and what the probes have told of devices and frameworks. Out: a section for
each test. Every test is a child; it imports its framework at once and waits for its turn, since
two that compute at the same time would measure each other. Meanwhile one more child samples NVML,
so that the GPU's use is also seen from outside.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from gpucheck.child import Job, Result
from gpucheck.facts import CUDA_DRIVER, CudaDevice, Gpu, Section, SmokeDevice, SmokeTest
from gpucheck.gpu_samples import use_of
from gpucheck.running import Running
from gpucheck.sections import section_of

HERE = Path(__file__).parent
TESTS = HERE / "inside" / "smoke"
WATCH = HERE / "probes" / "gpu_watch.py"
LIMITS_S = {"quick": 3.0, "full": 60.0}
"""How long the work on one device may take."""
WATCH_INTERVAL_S = 0.02
WATCH_END_S = 2.0  # what the watch may take to end
LONGEST_WATCH_START_S = 3.0
POLL_S = 0.005

Start = Callable[[Job], Running]


class SmokeWish(msgspec.Struct, frozen=True):
    """What is to be tested."""

    level: Literal["quick", "full"] = "quick"
    device: str = "all"  # every GPU that CUDA shows; "cpu"; an ordinal, such as "0"
    frameworks: tuple[str, ...] = ()  # names, "cuda_driver" among them; none: all that are there
    dtypes: tuple[str, ...] = ()  # none: those that the device has

    @property
    def is_cpu(self) -> bool:
        """Whether the CPU is to be tested."""
        return self.device == "cpu"


class Surroundings(msgspec.Struct, frozen=True):
    """What the tests need to know before they start."""

    python: tuple[str, ...]  # the inspected interpreter
    frameworks: tuple[str, ...]  # that are installed and may be tested
    devices: tuple[CudaDevice, ...]  # as CUDA shows them
    gpus: tuple[Gpu, ...]  # as NVML lists them
    pynvml_folder: str

    def free_bytes(self) -> str:
        """Return the free memory of each device, in CUDA's order: "85520809984,"."""
        by_uuid = {uuid: gpu for gpu in self.gpus for uuid in (gpu.uuid, *gpu.mig_uuids)}
        free = (
            by_uuid[d.uuid].memory_free_bytes if d.uuid in by_uuid else None for d in self.devices
        )
        return ",".join("" if each is None else str(each) for each in free)


class SmokeTests:
    """The tests of one collection, loading while other probes still run."""

    def __init__(
        self, wish: SmokeWish, around: Surroundings, start: Start, *, timeout_s: float
    ) -> None:
        self._wish, self._around, self._start = wish, around, start
        self._timeout_s = timeout_s + LIMITS_S[wish.level] * max(1, len(around.devices))
        self._folder = tempfile.TemporaryDirectory(prefix="gpucheck-", ignore_cleanup_errors=True)
        self._tests = {name: self._begin(name) for name in names_of(wish, around.frameworks)}

    def sections(self) -> dict[str, Section[SmokeTest]]:
        """Give each test its turn, and return what it told and what NVML saw of it."""
        with self._folder:
            watch = self._begin_watch() if self._tests and not self._wish.is_cpu else None
            results = {name: _turn(running) for name, running in self._tests.items()}
            seen = _turn(watch) if watch else None
        return {name: self._section(name, result, seen) for name, result in results.items()}

    def _begin(self, name: str) -> Running:
        turn_file = Path(self._folder.name, f"turn-{name}")
        arguments = (
            self._wish.device,
            self._wish.level,
            ",".join(self._wish.dtypes),
            f"{LIMITS_S[self._wish.level]:g}",
            str(turn_file),
            self._around.free_bytes(),
        )
        file = TESTS / f"{name}.py"
        return self._start(
            Job(name, self._around.python, file, self._timeout_s, arguments, turn_file)
        )

    def _begin_watch(self) -> Running:
        """Start the watch, and wait until it has seen every GPU before the tests."""
        stop_file, ready_file = (Path(self._folder.name, name) for name in ("stop", "ready"))
        arguments = (
            self._around.pynvml_folder,
            str(stop_file),
            str(ready_file),
            f"{WATCH_INTERVAL_S:g}",
            ",".join(device.uuid for device in self._around.devices if device.uuid),
        )
        own = (sys.executable, "-I", "-S")
        watch = self._start(Job("gpu_watch", own, WATCH, WATCH_END_S, arguments, stop_file))
        deadline = time.monotonic() + LONGEST_WATCH_START_S
        while watch.is_alive() and not ready_file.exists() and time.monotonic() < deadline:
            time.sleep(POLL_S)
        return watch

    def _section(self, name: str, result: Result, seen: Result | None) -> Section[SmokeTest]:
        section = section_of(SmokeTest, result, {"name": name, "level": self._wish.level})
        test = section.value
        devices = tuple(self._known(device, test.pid, seen) for device in test.devices)
        value = msgspec.structs.replace(test, devices=devices)
        return msgspec.structs.replace(section, value=value)

    def _known(self, device: SmokeDevice, pid: int | None, seen: Result | None) -> SmokeDevice:
        """Return the device with its name and UUID, and what NVML saw of it."""
        by_ordinal = {each.ordinal: each for each in self._around.devices}
        cuda = by_ordinal.get(-1 if device.ordinal is None else device.ordinal)
        if cuda is None:
            return device
        uuid = device.uuid or cuda.uuid
        known = msgspec.structs.replace(device, uuid=uuid, name=device.name or cuda.name)
        if seen is None or uuid is None or device.began_at is None:
            return known
        ended_at = device.ended_at or device.began_at + self._timeout_s
        use = use_of(
            seen.facts.get("samples") or (),
            uuid=uuid,
            pid=pid,
            began_at=device.began_at,
            ended_at=ended_at,
            unavailable=seen.facts.get("unavailable") or {},
        )
        return msgspec.structs.replace(known, use=use)


def names_of(wish: SmokeWish, frameworks: Iterable[str]) -> list[str]:
    """Return the tests to run, the driver's own first."""
    possible = [CUDA_DRIVER] * (not wish.is_cpu) + sorted({*frameworks} & {*known_tests()})
    return [name for name in possible if not wish.frameworks or name in wish.frameworks]


def known_tests() -> list[str]:
    """Return the names of all smoke tests."""
    return sorted(path.stem for path in TESTS.glob("[!_]*.py"))


def _turn(running: Running) -> Result:
    """Let a job's time begin, and wait for its end."""
    running.count()
    return running.wait()
