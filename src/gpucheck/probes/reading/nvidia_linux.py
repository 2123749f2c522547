r"""Read what Linux itself knows of NVIDIA hardware: PCI bus, device files, kernel modules.

Nothing here speaks to the driver, so it also works where the driver is missing or wedged.
Samples of what is parsed:

    /sys/bus/pci/devices/0000:01:00.0/{class,vendor,device}     0x030000  0x10de  0x2684
    /sys/bus/pci/devices/0000:01:00.0/{current,max}_link_width  8  16
    /proc/modules                   nvidia 62021632 19 nvidia_uvm, Live 0x0000000000000000 (POE)
    /proc/driver/nvidia/version     NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu…
                                    NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560…
    /lib/modules/<release>/modules.dep      updates/dkms/nvidia.ko.zst: kernel/drivers/…
"""

from __future__ import annotations

import os
import re
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

PCI_FOLDER = "/sys/bus/pci/devices"
DISPLAY_CLASS = "0x03"
"""Base class of display controllers: 0x0300 VGA, 0x0302 3D (PCI Code and ID Assignment 1.16)."""

NVIDIA = "10de"
LINK_WIDTHS = (1, 2, 4, 8, 12, 16, 32)
"""The lanes that a PCI Express link can have (PCI Express Base Specification 6.0, LNKCAP)."""

NODE_PREFIXES = ("nvidia", "nvhost", "nvmap", "dxg")
"""Files in /dev: the desktop and data-centre driver, Jetson's driver, WSL 2's paravirtual GPU."""
NODE_FOLDERS = ("nvidia-caps", "nvidia-caps-imex-channels")

MODULE_FILE = re.compile(rb"/nvidia(?:-(?:current|legacy|tesla)[\w-]*)?\.ko")
"""Debian has nvidia-current.ko, nvidia-legacy-390xx.ko, nvidia-tesla-470.ko (dkms.conf, 2025)."""

GPU_MODULES = frozenset(
    (
        "amdgpu",
        "gdrdrv",
        "i915",
        "nouveau",
        "nova_core",
        "nova_drm",
        "nvgpu",
        "nvidia",
        "nvidia_drm",
        "nvidia_fs",
        "nvidia_modeset",
        "nvidia_peermem",
        "nvidia_uvm",
        "radeon",
        "vfio_pci",
        "xe",
    )
)

VERSION_FILE = "/proc/driver/nvidia/version"
SECURE_BOOT_FILE = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""Four bytes of attributes, then 1 for on (UEFI Specification 2.11, 3.3; efivarfs, 2026-11)."""


def pci_displays(place: Place) -> Iterator[tuple[Any, ...]]:
    """List the display controllers with the module that is bound to each."""
    try:
        addresses = place.names(PCI_FOLDER)
    except OSError as error:
        yield "unavailable", "pci_displays", place.why(error)
        return
    yield "pci_displays", [found for name in addresses if (found := _display(place, name))]


def _display(place: Place, address: str) -> dict[str, Any] | None:
    folder = f"{PCI_FOLDER}/{address}"
    pci_class = place.line(f"{folder}/class") or ""
    if not pci_class.startswith(DISPLAY_CLASS):
        return None
    display: dict[str, Any] = {"address": address, "pci_class": pci_class[2:6]}
    for field, file in (("vendor_id", "vendor"), ("device_id", "device")):
        display[field] = (place.line(f"{folder}/{file}") or "").removeprefix("0x")
    if driver := place.link_name(f"{folder}/driver"):
        display["kernel_driver"] = driver
    if display["vendor_id"] == NVIDIA:
        display.update(_link_widths(place, folder))
    return display


def _link_widths(place: Place, folder: str) -> Iterator[tuple[str, int]]:
    """Yield the lanes of a device's link, and those of the port above it in the tree.

    A link that is down, or a device that sleeps, answers 0 or 255 (Linux, drivers/pci/pci-sysfs.c,
    2026-11).
    """
    files = {
        "link_width": f"{folder}/current_link_width",
        "link_width_max": f"{folder}/max_link_width",
        "port_width_max": f"{place.parent(place.real(folder))}/max_link_width",
    }
    for field, path in files.items():
        text = place.line(path) or ""
        if text.isdecimal() and int(text) in LINK_WIDTHS:
            yield field, int(text)


def device_nodes(place: Place) -> Iterator[tuple[Any, ...]]:
    """List the device files, with who may use them.

    "Accessible" is what the file's mode says. A container's device rules can still refuse
    (cgroup v2 device controller), which only opening would tell, and opening can wake or hang.
    """
    try:
        names = place.names("/dev")
    except OSError as error:
        yield "unavailable", "device_nodes", place.why(error)
        return
    paths = [f"/dev/{name}" for name in names if name.startswith(NODE_PREFIXES)]
    for folder in NODE_FOLDERS:
        paths += [f"/dev/{folder}/{name}" for name in place.names_if_any(f"/dev/{folder}")]
    owners = Owners(place)
    yield "device_nodes", [node for path in paths if (node := _node(place, path, owners))]


def _node(place: Place, path: str, owners: Owners) -> dict[str, Any] | None:
    try:
        status = os.stat(place.at(path))
    except OSError:
        return {"path": path}
    if stat.S_ISDIR(status.st_mode):
        return None
    return {
        "path": path,
        "mode": stat.filemode(status.st_mode),
        "owner": owners.name(status.st_uid, status.st_gid),
        "is_accessible": os.access(place.at(path), os.R_OK | os.W_OK),
    }


class Owners:
    """Names of users and groups, from the local files only: a directory service can hang."""

    def __init__(self, place: Place) -> None:
        """Remember where to look; nothing is read before a name is asked for."""
        self.place = place
        self.known: dict[str, dict[str, str]] = {}

    def name(self, user_id: int, group_id: int) -> str:
        """Return "root:video"; ids without a local name stay numbers."""
        return f"{self._look_up('passwd', user_id)}:{self._look_up('group', group_id)}"

    def _look_up(self, file: str, number: int) -> str:
        if file not in self.known:
            text = self.place.text(f"/etc/{file}", 1 << 20) or ""
            rows = (line.split(":") for line in text.splitlines())
            self.known[file] = {row[2]: row[0] for row in rows if len(row) > 2}
        return self.known[file].get(str(number), str(number))


def kernel_modules(place: Place) -> Iterator[tuple[Any, ...]]:
    """List the loaded modules that concern GPUs, and release and flavour of NVIDIA's."""
    text = place.text("/proc/modules", 1 << 20)
    if text is not None:
        loaded = {line.split(" ", 1)[0] for line in text.splitlines()}
    else:
        try:  # a kernel without loadable modules still names its built-in ones here
            loaded = set(place.names("/sys/module"))
        except OSError as error:
            yield "unavailable", "kernel_modules", place.why(error)
            loaded = None
    if loaded is not None:
        yield "kernel_modules", sorted(loaded & GPU_MODULES)
    release, flavour = module_release(place.text(VERSION_FILE, 4096) or "")
    release = release or place.line("/sys/module/nvidia/version")
    if release:
        yield "kernel_module_release", release
    if flavour:
        yield "kernel_module_flavour", flavour


def module_release(version_text: str) -> tuple[str | None, str | None]:
    """Return release and flavour from the driver's own version file.

    The release is unknown in NVIDIA's internal builds, which say "TempVersion".
    """
    line = version_text.partition("\n")[0]
    if "NVRM version" not in line:
        return None, None
    flavour = "open" if "Open Kernel Module" in line else "proprietary"
    numbers = (word for word in line.split() if _is_release(word))
    return next(numbers, None), flavour


def _is_release(word: str) -> bool:
    parts = word.split(".")
    return len(parts) > 1 and all(part.isdecimal() for part in parts)


def kernel_module_on_disk(place: Place) -> Iterator[tuple[Any, ...]]:
    """Tell whether modprobe would find an nvidia module for the running kernel."""
    kernel = place.line("/proc/sys/kernel/osrelease") or os.uname().release
    try:
        listed = place.bytes(f"/lib/modules/{kernel}/modules.dep", 1 << 24)
    except OSError as error:
        yield "unavailable", "kernel_module_on_disk", place.why(error)
        return
    yield "kernel_module_on_disk", MODULE_FILE.search(listed) is not None


def secure_boot(place: Place) -> Iterator[tuple[Any, ...]]:
    """Tell whether the firmware enforces Secure Boot.

    Containers get an empty /sys/firmware, so only a filled one without "efi" proves a boot
    without UEFI (runtime-spec, default masked paths, 2026-11).
    """
    try:
        yield "is_secure_boot", place.bytes(SECURE_BOOT_FILE, 5)[4:5] == b"\1"
    except OSError as error:
        firmware = place.names_if_any("/sys/firmware")
        if firmware and "efi" not in firmware:
            yield "is_secure_boot", False
        else:
            yield "unavailable", "is_secure_boot", place.why(error)


STEPS = (
    ("pci_displays", PCI_FOLDER, pci_displays),
    ("device_nodes", "/dev", device_nodes),
    ("kernel_modules", "/proc/modules", kernel_modules),
    ("kernel_module_on_disk", "/lib/modules", kernel_module_on_disk),
    ("is_secure_boot", "efivars", secure_boot),
)
