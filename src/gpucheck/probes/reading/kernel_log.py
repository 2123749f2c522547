r"""Read the kernel's log and keep the lines that concern GPUs, newest last.

Samples of what is parsed, and what each becomes:

    /dev/kmsg            4,812,53021977,-;NVRM: Xid (PCI:0000:01:00): 79, pid=1234\n SUBSYSTEM=pci
                         [   53.021977] NVRM: Xid (PCI:0000:01:00): 79, pid=1234
    /var/log/kern.log    2026-11-20T06:12:00.120+01:00 myhost kernel: [   53.021977] NVRM: Xid …
                         [   53.021977] NVRM: Xid …

A host's name is never kept. Reading is bounded in bytes and in time, and nothing is waited for.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

KMSG = "/dev/kmsg"
LOG_FILE = "/var/log/kern.log"
"""Debian and Ubuntu let the group adm read it, where /dev/kmsg needs a privilege."""

RECORD_BYTES = 8192
"""/dev/kmsg gives one record a read, and refuses a smaller buffer
(Linux, Documentation/ABI/testing/dev-kmsg, 2026-11)."""
MOST_BYTES = 1 << 24
MOST_LOG_FILE_BYTES = 1 << 20
TIME_LIMIT_S = 0.5
MOST_LINES = 200
MOST_CHARACTERS = 500

BOOT_BANNER = b"Linux version "
"""The first line of every boot: what stands before it in a log file is of an earlier one."""

SUBJECTS = (
    b"nvrm",
    b"nvidia",
    b"nouveau",
    b"novacore",
    b"nova_core",
    b"nova-core",
    b"xid",
    b"gsp",
    b"vfio-pci",
    b"dxg",
    b"lockdown",
    b"module verification",
    b"key was rejected",
    b"key is rejected",
    b"unsigned module",
    b"required key",
    b"no space for",
    b"can't assign; no space",
)
"""What makes a line concern GPUs, in lower case: drivers, faults, refused modules, BARs."""

KILLS = (b"oom-kill", b"out of memory: killed process", b"segfault at", b"bus error")
VICTIMS = (b"python", b"libcuda", b"libnvidia", b"libcudnn", b"libcublas")
"""A killed or crashed process counts when it is a Python or died inside NVIDIA's libraries."""


def kernel_log(place: Place) -> Iterator[tuple[Any, ...]]:
    """Report the lines, from the kernel itself or else from the log file."""
    try:
        lines = records(place.at(KMSG))
    except OSError as refused:
        from_file = log_file_lines(place.at(LOG_FILE))
        if from_file is None:
            yield "unavailable", "kernel_log", place.why(refused)
            return
        lines = from_file
    yield "kernel_log", concerning_gpus(lines)


def records(path: str) -> list[bytes]:
    """Read what the kernel still holds of its log, oldest first, each as dmesg would show it.

    Raises:
        OSError: the log is not there or not permitted.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        text = b"".join(_reads(descriptor))
    finally:
        os.close(descriptor)
    # Lines that begin with a space carry a record's device, not its message.
    return [_shown(line) for line in text.split(b"\n") if line and not line.startswith(b" ")]


def _reads(descriptor: int) -> Iterator[bytes]:
    end = time.monotonic() + TIME_LIMIT_S
    left = MOST_BYTES
    while left > 0 and time.monotonic() < end:
        try:
            record = os.read(descriptor, RECORD_BYTES)
        except BlockingIOError:  # everything there is has been read
            return
        except BrokenPipeError:  # overwritten while we read: the next read goes on after the gap
            continue
        if not record:
            return
        left -= len(record)
        yield record


def _shown(record: bytes) -> bytes:
    head, found, message = record.partition(b";")
    fields = head.split(b",")
    if not found or len(fields) < 3 or not fields[2].isdigit():
        return record
    return b"[%12.6f] %s" % (int(fields[2]) / 1e6, message)


def log_file_lines(path: str) -> list[bytes] | None:
    """Read the current boot's part of a log file's end; None when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            size = os.fstat(descriptor).st_size
            start = max(0, size - MOST_LOG_FILE_BYTES)
            text = os.pread(descriptor, MOST_LOG_FILE_BYTES, start)
        finally:
            os.close(descriptor)
    except OSError:
        return None
    since_boot = text[max(0, text.rfind(BOOT_BANNER)) :]
    messages = (line.partition(b" kernel: ") for line in since_boot.split(b"\n"))
    return [message for _, found, message in messages if found]


def concerning_gpus(lines: list[bytes]) -> list[str]:
    """Keep the newest lines that concern GPUs."""
    # Searched as one text: asking each line for each word took longer than reading the log.
    text = b"\n".join(lines) + b"\n"
    lower = text.lower()
    starts = _line_starts(lower, SUBJECTS)
    starts |= _line_starts(lower, KILLS) & _line_starts(lower, VICTIMS)
    newest = sorted(starts)[-MOST_LINES:]
    kept = (text[start : text.index(b"\n", start)] for start in newest)
    return [line.decode("utf-8", "replace")[:MOST_CHARACTERS] for line in kept]


def _line_starts(text: bytes, words: tuple[bytes, ...]) -> set[int]:
    """Return where the lines begin that hold any of the words; the text ends with a newline."""
    starts = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            starts.add(text.rfind(b"\n", 0, at) + 1)
            at = text.find(word, text.index(b"\n", at))
    return starts


STEPS = (("kernel_log", KMSG, kernel_log),)
