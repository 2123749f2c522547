"""A probe under way: its process is watched in a thread, so that several run side by side."""

from __future__ import annotations

import threading
import time

from gpucheck.child import KILL_WAIT_S, Family, Job, Result

START_GRACE_S = 2 * KILL_WAIT_S
"""What a probe may take beyond its time limit: to be killed, or to be given up."""


class Running(threading.Thread):
    """One probe under way."""

    def __init__(self, job: Job, family: Family) -> None:
        super().__init__(name=job.name, daemon=True)
        self._job = job
        self._family = family
        self._result = Result("not_started", reason="its process did not start in time")
        self._deadline = time.monotonic() + job.timeout_s + START_GRACE_S
        self.start()

    def count(self) -> None:
        """Let the time limit of a job count from now, where its job has a file for that."""
        if self._job.counted_from:
            self._deadline = time.monotonic() + self._job.timeout_s + START_GRACE_S
            self._job.counted_from.touch()

    def run(self) -> None:
        """Run the probe to its end (in this thread)."""
        self._result = self._family.run(self._job)

    def wait(self) -> Result:
        """Wait for the end, in short naps: a plain join cannot be interrupted on Windows.

        The process has its own time limit; this one is for a process that cannot be started.
        """
        while self.is_alive() and time.monotonic() < self._deadline:
            self.join(0.2)
        return self._result
