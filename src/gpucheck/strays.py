"""End processes that left their process group but still carry a mark in their environment (Linux).

A process in the middle of its exec shows an empty environment for a moment (seen for one in nine
that had just been started, Linux 6.18, 2026-11). So young processes that show none are looked at
again, and after a kill everything is, since what was killed may have started another.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

WAIT_S = 0.2
"""How long a young process may take to show its environment."""
NAP_S = 0.002


def now_s() -> float:
    """Return the seconds since boot, the clock of a process's start time."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else 0.0


def end_marked(mark: bytes, since_s: float) -> None:
    """Kill every process of this user that carries `mark` and was started after `since_s`."""
    deadline = time.monotonic() + WAIT_S
    while _look_once(mark, since_s) and time.monotonic() < deadline:
        time.sleep(NAP_S)


def _look_once(mark: bytes, since_s: float) -> bool:
    """Kill what shows the mark; tell whether there is reason to look again."""
    own_uid = os.getuid() if hasattr(os, "getuid") else None
    must_look_again = False
    try:
        entries = [entry for entry in os.scandir("/proc") if entry.name.isdigit()]
    except OSError:
        return False
    for entry in entries:
        try:
            if entry.stat().st_uid != own_uid:
                continue
            environment = Path(entry.path, "environ").read_bytes()
            if mark in environment:
                os.kill(int(entry.name), signal.SIGKILL)
                must_look_again = True
            elif not environment and _is_young(entry.path, since_s):
                must_look_again = True
        except OSError:
            continue  # ended meanwhile, or not ours to read
    return must_look_again


def _is_young(process: str, since_s: float) -> bool:
    """Tell whether a process lives and was started after `since_s`.

    /proc/PID/stat: "812 (sleep) S 1 812 ... 184467 ..."; the third field is the state, the 22nd
    the start time in clock ticks since boot (proc_pid_stat(5), Linux man-pages 6).
    """
    fields = Path(process, "stat").read_bytes().rpartition(b") ")[2].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return fields[0] not in {b"Z", b"X"} and started_s >= since_s - 1
