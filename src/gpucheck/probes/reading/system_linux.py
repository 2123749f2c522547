r"""Read which Linux this is and what it runs on: distribution, C library, processor, memory.

Samples of what is parsed:

    /etc/os-release             PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE="debian"
    /proc/cpuinfo               model name	: AMD EPYC 9654 96-Core Processor
    /proc/meminfo               MemTotal:       24684084 kB
    /proc/device-tree/model     NVIDIA Jetson AGX Orin Developer Kit\0
    /lib/apk/db/installed       P:musl\nV:1.2.5-r0
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

OS_RELEASE_FILES = ("/etc/os-release", "/usr/lib/os-release")
"""In the order of preference (os-release(5), systemd 258, 2026-11)."""

MODEL_FILES = ("/proc/device-tree/model", "/sys/class/dmi/id/product_name")
"""Arm boards carry a device tree; everything with a PC firmware has DMI."""


def kernel(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the kernel, and whether this process is root."""
    uname = os.uname()
    yield "os_name", uname.sysname
    yield "kernel_release", place.line("/proc/sys/kernel/osrelease") or uname.release
    yield "architecture", uname.machine
    yield "is_root", os.geteuid() == 0


def distribution(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the distribution."""
    text = next(filter(None, map(place.text, OS_RELEASE_FILES)), None)
    if text is None:
        yield "unavailable", "os_title", "no os-release file"
        return
    said = assignments(text)
    fields = {"os_title": "PRETTY_NAME", "distribution": "ID", "distribution_release": "VERSION_ID"}
    for field, name in fields.items():
        if said.get(name):
            yield field, said[name]
    if said.get("ID_LIKE"):
        yield "distribution_like", said["ID_LIKE"].split()


def assignments(text: str) -> dict[str, str]:
    """Read NAME=value lines, whose values may be quoted."""
    lines = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, found, value in lines if found}


def c_library(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the C library: the one this interpreter runs on, or the musl that is installed."""
    try:
        said = os.confstr("CS_GNU_LIBC_VERSION")  # "glibc 2.39"
    except (ValueError, OSError):  # musl does not know the question
        said = None
    name, _, release = (said or "").partition(" ")
    if not name and any(file.startswith("ld-musl-") for file in place.names_if_any("/lib")):
        name, release = "musl", musl_release(place.text("/lib/apk/db/installed", 1 << 20) or "")
    if name:
        yield "libc_name", name
    if release:
        yield "libc_release", release


def musl_release(apk_database: str) -> str:
    """Return musl's release from Alpine's list of installed packages, "" when it is not there."""
    _, found, rest = apk_database.partition("\nP:musl\n")
    version = next((line for line in rest.splitlines() if line.startswith("V:")), "V:")
    return version[2:].partition("-")[0] if found else ""


def processor(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the processor, and count the cores that this process may use."""
    yield "cpu_cores", len(os.sched_getaffinity(0))
    if model := cpu_model(place.text("/proc/cpuinfo", 1 << 12) or ""):
        yield "cpu_model", model


def cpu_model(cpuinfo: str) -> str | None:
    """Return the processor's name; Arm kernels give none for most processors."""
    for line in cpuinfo.splitlines():
        name, found, value = line.partition(":")
        if found and name.strip() in ("model name", "Processor", "cpu"):
            return value.strip() or None
    return None


def memory(place: Place) -> Iterator[tuple[Any, ...]]:
    """Size the physical memory (of the whole machine, also inside a container)."""
    for line in (place.text("/proc/meminfo", 4096) or "").splitlines():
        if line.startswith("MemTotal:"):
            yield "memory_bytes", int(line.split()[1]) * 1024


def shared_memory(place: Place) -> Iterator[tuple[Any, ...]]:
    """Size /dev/shm, which data-loader workers share tensors through."""
    if place.is_folder("/dev/shm"):
        size = os.statvfs(place.at("/dev/shm"))
        yield "shm_bytes", size.f_blocks * size.f_frsize


def hardware_model(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the board or the virtual machine's kind."""
    if model := next(filter(None, map(place.line, MODEL_FILES)), None):
        yield "hardware_model", model


STEPS = (
    ("os_name", "uname", kernel),
    ("os_title", "/etc/os-release", distribution),
    ("libc_name", "C library", c_library),
    ("cpu_model", "/proc/cpuinfo", processor),
    ("memory_bytes", "/proc/meminfo", memory),
    ("shm_bytes", "/dev/shm", shared_memory),
    ("hardware_model", "hardware model", hardware_model),
)
