"""Sample NVML while smoke tests run: what they take of a GPU is seen here, from outside.

    PYNVML_FOLDER STOP_FILE READY_FILE INTERVAL_S UUIDS

In: these arguments; the UUIDs, with commas between, are of the GPUs and MIG devices to watch, none
means all GPUs. Out: facts ("samples", n, {...}), each with its time and UUID; the fields are those
of `reading/nvml_questions.py` that change with work, and `pids`. READY_FILE appears when each GPU
was sampled once; sampling ends when STOP_FILE is there. What NVML does not tell is under
("unavailable", UUID, FIELD); a GPU that is lost is sampled no more, the others are.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # importing typing would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = (
    "memory_used_bytes",
    "utilization_gpu_percent",
    "power_w",
    "clock_sm_hz",
    "throttle_reasons",
    "pcie_generation",
    "pcie_width",
)
SAMPLES_AT_FIRST = 1500
"""Rounds after which the interval is doubled, and again, so that an hour does not fill the disk."""
LONGEST_INTERVAL_S = 0.5  # of less than one test, and of what this process may take to end
NEVER = ("NVML_ERROR_NOT_SUPPORTED", "NVML_ERROR_NO_PERMISSION", "NVML_ERROR_FUNCTION_NOT_FOUND")
LOST = "NVML_ERROR_GPU_IS_LOST"


class Watched:
    """One GPU or MIG device, and what it is still asked for."""

    def __init__(self, subject: Any, uuid: str, table: dict[str, Any]) -> None:
        self.subject, self.uuid, self.table = subject, uuid, table
        self.rows = [row for row in table["STATE"] if row[0] in FIELDS]
        self.process_kinds = dict(table["PROCESSES"])
        self.reasons: dict[str, str] = {}  # field → why NVML did not tell it last time
        self.is_lost = False

    def sample(self, unavailable: type[Exception]) -> dict[str, Any]:
        """Return what NVML says now."""
        self.subject.answers.clear()  # a question is otherwise asked once
        said: dict[str, Any] = {"at": time.time(), "uuid": self.uuid}
        for row in tuple(self.rows):
            field, calls, arguments, read = row
            try:
                said[field] = read(self.subject.ask(calls, *arguments))
            except unavailable as refusal:
                self._explain(field, str(refusal), lambda row=row: self.rows.remove(row))
            except self.table["UNREADABLE"] as error:
                self._explain(field, f"unreadable answer: {error}")
        pids = self._pids(unavailable)
        if pids is not None:
            said["pids"] = pids
        return said

    def _pids(self, unavailable: type[Exception]) -> list[int] | None:
        """Return the processes that NVML lists; None: it does not list those that compute."""
        pids: list[int] = []
        for kind, calls in tuple(self.process_kinds.items()):
            try:
                listed = self.subject.ask(calls)
            except unavailable as refusal:
                name = f"{kind}_processes"
                self._explain(name, str(refusal), lambda kind=kind: self.process_kinds.pop(kind))
            else:
                pids += [process.pid for process in listed]
                self.reasons.pop(f"{kind}_processes", None)
        return None if "compute_processes" in self.reasons else pids

    def _explain(self, field: str, reason: str, leave_out: Any = None) -> None:
        self.is_lost = self.is_lost or reason == LOST
        if reason in NEVER and leave_out:
            leave_out()
        if self.reasons.get(field) != reason:
            self.subject.nvml.say.fact("unavailable", self.uuid, field, reason)
        self.reasons[field] = reason


def probe(say: Any) -> None:
    """Sample until told to stop."""
    folder, stop_file, ready_file, interval_s, uuids = say.arguments
    names = say.load(os.path.join(HERE, "driver.py"))
    say.stage("import pynvml")
    sys.path.append(folder)
    try:
        import pynvml
    except ImportError as error:
        reason = f"cannot import pynvml (distribution nvidia-ml-py): {error}"
        raise say.Refused(reason) from None
    pynvml = sys.modules[pynvml.nvmlInit.__module__]
    nvml = names["Nvml"](say, pynvml)
    driver = names["Subject"](nvml, (), "")
    if not names["start"](driver):
        raise say.Refused("NVML does not start")
    watched = [each for each in found(driver, names) if not uuids or each.uuid in uuids.split(",")]
    watch(say, watched, names["Unavailable"], stop_file, ready_file, float(interval_s))


def found(driver: Any, names: dict[str, Any]) -> list[Watched]:
    """Return every GPU and MIG device that NVML has."""
    table, unavailable = driver.nvml.table, names["Unavailable"]
    everything = []
    for gpu in names["find_gpus"](driver):
        try:
            uuid = table["text"](gpu.ask("nvmlDeviceGetUUID"))
            everything.append(Watched(gpu, uuid, table))
            everything += mig_devices(gpu, names)
        except (unavailable, *table["UNREADABLE"]):
            continue
    return everything


def mig_devices(gpu: Any, names: dict[str, Any]) -> list[Watched]:
    """Return the MIG devices of a GPU; none where it has no such mode."""
    table, devices = gpu.nvml.table, []
    try:
        count = gpu.ask("nvmlDeviceGetMaxMigDeviceCount")
        slots = range(count if gpu.ask("nvmlDeviceGetMigMode")[0] else 0)
    except names["Unavailable"]:
        return []
    for slot in slots:
        try:
            handle = gpu.ask("nvmlDeviceGetMigDeviceHandleByIndex", slot)
            device = names["Subject"](gpu.nvml, (), f"{gpu.label}[MIG {slot}]", handle)
            devices.append(Watched(device, table["text"](device.ask("nvmlDeviceGetUUID")), table))
        except (names["Unavailable"], *table["UNREADABLE"]):
            continue  # an empty slot
    return devices


def watch(
    say: Any,
    watched: list[Watched],
    unavailable: type[Exception],
    stop_file: str,
    ready_file: str,
    interval_s: float,
) -> None:
    """Sample each in turn, and make known that it has begun."""
    parent, rounds, samples = os.getppid(), 0, 0
    while not os.path.exists(stop_file) and os.getppid() == parent:
        for each in watched:
            if not each.is_lost:
                say.fact("samples", samples, each.sample(unavailable))
                samples += 1
        rounds += 1
        if rounds == 1:
            with open(ready_file, "w"):
                pass
        if rounds % SAMPLES_AT_FIRST == 0:
            interval_s = min(2 * interval_s, LONGEST_INTERVAL_S)
        time.sleep(interval_s)
