"""Run one probe file in a process of its own; never hang, never raise.

In: a `Job`. Out: a `Result` with how it ended and every fact that was written before it did.
This is the only file that starts probe processes. A probe may hang in the driver, crash, exit,
flood its output, close its descriptors or leave grandchildren behind. So each runs in its own
session, prints into a file that is kept small (a pipe would be held open by a grandchild, and
waiting for its end is not bounded), and every wait has an end, also the one after the kill.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from gpucheck import strays
from gpucheck.facts import Outcome

RUNNER = Path(__file__).parent / "inside" / "run.py"
MARK_VARIABLE = "GPUCHECK_CHILD"
"""Set for every child, so that also those are found that leave their process group."""
KILL_WAIT_S = 1.0
"""How long a killed process may take to end before it counts as stuck in the kernel."""
POLL_S = 0.25
COUNTING_POLL_S = 0.05
LONGEST_START_S = 600.0
"""After which a job whose time does not count yet ends itself, should gpucheck be gone."""
OUTPUT_CAP_BYTES = 1 << 20
TAIL_BYTES = 2000
IS_WINDOWS = sys.platform == "win32"
FIRST_WINDOWS_FAULT = 0xC0000000  # NTSTATUS of severity "error": 0xC0000005 is an access violation


class Job(msgspec.Struct, frozen=True):
    """One probe to run."""

    name: str
    python: tuple[str, ...]  # interpreter and its flags
    probe_file: Path
    timeout_s: float
    arguments: tuple[str, ...] = ()
    counted_from: Path | None = None  # the time limit counts from the appearance of this file


class Result(msgspec.Struct, frozen=True):
    """How a probe's process ended, and what it told."""

    outcome: Outcome
    elapsed_s: float = 0.0
    facts: dict[str, Any] = {}
    stage: str | None = None
    signal: str | None = None
    exit_status: int | None = None
    reason: str | None = None
    output_tail: str = ""


class Family:
    """All children of one collection, so that they can be ended together."""

    def __init__(self) -> None:
        self.mark = f"{os.getpid()}-{os.urandom(6).hex()}"
        self._running: set[subprocess.Popen[bytes]] = set()
        self._started_s = strays.now_s()
        self._is_over = False
        self._has_ended = False
        self._lock = threading.Lock()

    def run(self, job: Job) -> Result:
        """Run `job` to its end or its time limit."""
        started = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(
                prefix="gpucheck-", ignore_cleanup_errors=True
            ) as folder:
                return self._run_in(Path(folder), job, started)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the interpreter's path
            return Result("not_started", time.monotonic() - started, reason=str(error))

    def end(self) -> None:
        """End every process of this family, also grandchildren that left their group."""
        if self._has_ended:
            return
        with self._lock:
            self._is_over = True
            for process in self._running:
                _kill_group(process)
        strays.end_marked(f"{MARK_VARIABLE}={self.mark}".encode(), self._started_s)
        self._has_ended = True

    def _run_in(self, folder: Path, job: Job, started: float) -> Result:
        result_file, output_file = folder / "result.jsonl", folder / "output"
        result_file.touch()
        with output_file.open("ab", buffering=0) as output:
            process = self._start(job, result_file, output.fileno())
            began = started if self._await(job, process, output_file) else time.monotonic()
            has_ended = _wait(process, began + job.timeout_s, output_file)
            # Also after a good end: grandchildren may still be there.
            _kill_group(process)
            is_gone = has_ended or _wait(process, time.monotonic() + KILL_WAIT_S, output_file)
        with self._lock:
            self._running.discard(process)
        lines = _Lines.read(result_file)
        elapsed_s = time.monotonic() - started
        if not has_ended:
            outcome: Outcome = "timed_out" if is_gone else "unkillable"
            ended = Result(outcome, reason=f"did not end within {job.timeout_s:g} s")
        else:
            ended = _judge(process.returncode, lines)
        return msgspec.structs.replace(
            ended,
            elapsed_s=round(elapsed_s, 4),
            facts=lines.facts,
            stage=None if ended.outcome == "ok" else lines.stage,
            output_tail="" if ended.outcome == "ok" else _tail(output_file),
        )

    def _await(self, job: Job, process: subprocess.Popen[bytes], output_file: Path) -> bool:
        """Wait until the job's time counts; tell whether it has counted from the start."""
        if job.counted_from is None:
            return True
        while not (self._is_over or job.counted_from.exists()):
            if _wait(process, time.monotonic() + COUNTING_POLL_S, output_file):
                break
        return False

    def _start(self, job: Job, result_file: Path, output: int) -> subprocess.Popen[bytes]:
        alarm_s = job.timeout_s + (LONGEST_START_S if job.counted_from else 0)
        command = [
            *job.python,
            str(RUNNER),
            str(result_file),
            str(alarm_s),
            str(job.probe_file),
            *job.arguments,
        ]
        if self._is_over:
            raise InterruptedError("interrupted")
        # Outside the lock: starting can itself hang, when the interpreter lies on a dead network.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, MARK_VARIABLE: self.mark},
            start_new_session=not IS_WINDOWS,
        )
        with self._lock:
            self._running.add(process)
            if self._is_over:
                _kill_group(process)
        return process


def _wait(process: subprocess.Popen[bytes], deadline: float, output_file: Path) -> bool:
    """Wait until `process` ends or `deadline` (monotonic seconds) passes; keep its output small."""
    while (left_s := deadline - time.monotonic()) > 0:
        if _wait_briefly(process, min(left_s, POLL_S)):
            return True
        if output_file.stat().st_size > OUTPUT_CAP_BYTES:
            # The child appends, so after this it goes on from the new end.
            os.truncate(output_file, 0)
    return process.poll() is not None


def _wait_briefly(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    if sys.platform == "linux":
        # Popen.wait(timeout) polls with naps of up to 50 ms before Python 3.15.
        try:
            descriptor = os.pidfd_open(process.pid)
        except OSError:
            pass
        else:
            try:
                watch = select.poll()  # select() refuses descriptors above 1023
                watch.register(descriptor, select.POLLIN)
                watch.poll(timeout_s * 1000)
            finally:
                os.close(descriptor)
            return process.poll() is not None
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        if IS_WINDOWS:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # all gone already; macOS says "not permitted" of a group of zombies


def _judge(status: int, lines: _Lines) -> Result:
    """Say how a process that ended by itself ended."""
    if status < 0 or (IS_WINDOWS and status >= FIRST_WINDOWS_FAULT):
        name = _signal_name(status)
        return Result("crashed", signal=name, reason=f"ended by {name}")
    if lines.refused is not None:
        return Result("refused", reason=lines.refused, exit_status=status)
    if lines.failed is not None:
        return Result("failed", reason=lines.failed, exit_status=status)
    if not lines.is_done:
        return Result("exited", reason=f"exited early with status {status}", exit_status=status)
    if lines.is_garbled:
        return Result("garbled", reason="its result is incomplete", exit_status=status)
    return Result("ok")


def _signal_name(status: int) -> str:
    if status > 0:
        return f"Windows exception 0x{status:08X}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


class _Lines(msgspec.Struct):
    """What a probe wrote."""

    facts: dict[str, Any]
    stage: str | None = None
    refused: str | None = None
    failed: str | None = None
    is_done: bool = False
    is_garbled: bool = False

    @classmethod
    def read(cls, result_file: Path) -> _Lines:
        """Read as much as is readable."""
        lines = cls({})
        for text in filter(None, result_file.read_bytes().split(b"\n")):
            try:
                lines._add(msgspec.json.decode(text))
            except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
                lines.is_garbled = True
        return lines

    def _add(self, line: dict[str, Any]) -> None:
        ((kind, content),) = line.items()
        if kind == "fact":
            path, value = content
            _place(self.facts, path, value)
        elif kind == "stage":
            self.stage = str(content)
        elif kind == "refused":
            self.refused = str(content)
        elif kind == "failed":
            self.failed = str(content)
        elif kind == "done":
            self.is_done = True
        else:
            raise ValueError(kind)


def _place(facts: dict[str, Any], path: list[str | int], value: Any) -> None:
    """Set the value at `path`; numbers in it are places in a list, reported in order."""
    at: Any = facts
    for key, following in zip(path, [*path[1:], None], strict=True):
        fresh: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(at, list) and key == len(at):
            at.append(fresh)
        elif following is None:
            at[key] = fresh
        elif isinstance(at, dict):
            at.setdefault(key, fresh)
        at = at[key]


def _tail(output_file: Path) -> str:
    with output_file.open("rb") as output:
        output.seek(max(0, output_file.stat().st_size - TAIL_BYTES))
        return output.read().decode("utf-8", "replace").strip()
