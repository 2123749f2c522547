r"""Read which macOS this is and what it runs on.

Samples of what is parsed:

    /System/Library/CoreServices/SystemVersion.plist
        <key>ProductVersion</key>\n\t<string>15.1</string>
    sysctl hw.memsize                   17179869184
    sysctl machdep.cpu.brand_string     Apple M2 Pro
"""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

VERSION_FILE = "/System/Library/CoreServices/SystemVersion.plist"


def system(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the system and the kernel."""
    uname = os.uname()
    yield "os_name", uname.sysname
    yield "kernel_release", uname.release
    yield "architecture", uname.machine
    yield "is_root", os.geteuid() == 0
    if release := product_version(place.text(VERSION_FILE) or ""):
        yield "os_title", f"macOS {release}"
        yield "distribution_release", release


def product_version(plist: str) -> str | None:
    """Return the ProductVersion of a SystemVersion.plist."""
    _, found, rest = plist.partition("<key>ProductVersion</key>")
    value = rest.partition("<string>")[2].partition("</string>")[0].strip()
    return value if found and value else None


def hardware(_: Place) -> Iterator[tuple[Any, ...]]:
    """Name the processor, size the memory, and count the cores."""
    if cores := os.cpu_count():
        yield "cpu_cores", cores
    if model := _sysctl("machdep.cpu.brand_string"):
        yield "cpu_model", model.rstrip(b"\0").decode("utf-8", "replace")
    if size := _sysctl("hw.memsize"):
        yield "memory_bytes", int.from_bytes(size, "little")


def pci_displays(_: Place) -> Iterator[tuple[Any, ...]]:
    """State that Apple silicon has no NVIDIA GPU, inside or outside.

    It takes no external GPU (Apple Support 102363, 2026-11); a Mac with an Intel processor may
    have one, which this does not look for.
    """
    if os.uname().machine == "arm64":
        yield "pci_displays", []
    else:
        yield "unavailable", "pci_displays", "not looked for on this system"


def _sysctl(name: str) -> bytes | None:
    """Return a kernel value, or None when it is not known by that name."""
    ask = ctypes.CDLL(None).sysctlbyname
    value = ctypes.create_string_buffer(256)
    length = ctypes.c_size_t(len(value))
    failed = ask(name.encode(), value, ctypes.byref(length), None, ctypes.c_size_t(0))
    return None if failed else value.raw[: length.value]


STEPS = (
    ("os_name", "uname", system),
    ("cpu_model", "sysctl", hardware),
    ("pci_displays", "architecture", pci_displays),
)
