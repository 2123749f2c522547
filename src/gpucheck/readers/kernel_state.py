"""What the kernel and its tools say of NVIDIA's module and cards.

01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)
        Kernel driver in use: nouveau                                        lspci -k
NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 …     /proc/driver/nvidia
SecureBoot enabled                                                           mokutil --sb-state
configuration: driver=nouveau latency=0                                      lshw -C display
nvidia              56717312  0                                              lsmod
crw-rw---- 1 root video 195, 0 Nov  1 10:00 /dev/nvidia0                     ls -l
nvidia/535.129.03, 6.5.0-14-generic, x86_64: installed                       dkms status
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

MARKS = (
    "controller", "kernel driver in use", "nvrm version", "secure", "nvidia", "nouveau",
    "nova_core", "vendor:", "configuration:", "/dev/",
)  # fmt: skip
_CARD = re.compile(
    r"^\s{0,8}((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])"
    r" (?:VGA compatible|3D|Display) controller"
    r"(?: \[(\d{4})\])?: (NVIDIA Corporation|Advanced Micro Devices|Intel Corporation)"
    r"(.{0,120}?)(?:\[([0-9a-f]{4}):([0-9a-f]{4})\]|$|\(rev)",
    re.IGNORECASE,
)
_VENDORS = {
    "nvidia corporation": "10de",
    "advanced micro devices": "1002",
    "intel corporation": "8086",
}
_LSHW = re.compile(r"^\s{1,16}(vendor|configuration): (\S.{0,200})$")
_LSHW_DRIVER = re.compile(r"\bdriver=([\w-]{2,30})")
_IN_USE = re.compile(r"^\s{1,16}Kernel driver in use: ([\w-]{2,30})")
_MODULE = re.compile(
    r"NVRM version: NVIDIA (?:UNIX )?(Open )?.{0,60}?Kernel Module(?: for \w+)?"
    r"\s+(\d{2,3}\.\d{1,3}(?:\.\d{1,3})?)"
)
_SECURE_BOOT = re.compile(r"^\W{0,8}Secure ?Boot\W{1,5}(enabled|disabled|on|off)\b", re.IGNORECASE)
_LSMOD = re.compile(r"^(nvidia(?:_uvm|_drm|_modeset)?|nouveau|nova_core)\s+\d{4,10}\s+-?\d{1,4}")
_NODE = re.compile(
    r"^(c[rwxstST-]{9})\S?\s+\d+\s+(\w+)\s+(\w+)\s.{0,60}?(/dev/(?:nvidia[\w-]*|dxg))$"
)
_PRODUCT = re.compile(r"\[([^\]:]{4,60})\]")
_UNKNOWN_DEVICE = "0000"


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield cards and who drives them, modules, Secure Boot and device files."""
    card = ""
    for line in lines:
        listed, in_use = _CARD.match(line.text), _IN_USE.match(line.text)
        if listed:
            card = listed[1] if listed[1].count(":") > 1 else f"0000:{listed[1]}"
            yield from _of_card(listed, card, line.number)
        elif in_use and card:
            field = ("machine", "pci_displays", card, "kernel_driver")
            yield Statement(field, in_use[1], line.number)
        yield from _of_module(line)
    yield from _of_lshw(lines)


def _of_card(listed: re.Match[str], card: str, line: int) -> Iterator[Statement]:
    field = ("machine", "pci_displays", card)
    yield Statement((*field, "vendor_id"), _VENDORS[listed[3].lower()], line)
    yield Statement((*field, "device_id"), listed[6] or _UNKNOWN_DEVICE, line)
    name = _PRODUCT.search(listed[4])
    if name and "NVIDIA" in listed[3]:
        yield Statement(("named_gpus", name[1], "name"), name[1], line)


def _of_lshw(lines: Sequence[Line]) -> Iterator[Statement]:
    vendor: str | None = None
    for line in lines:
        shown = _LSHW.match(line.text)
        if shown and shown[1] == "vendor":
            vendor = _VENDORS.get(shown[2].lower())
        driver = _LSHW_DRIVER.search(shown[2]) if shown and shown[1] == "configuration" else None
        if driver and vendor:
            field = ("machine", "pci_displays", f"lshw {line.number}")
            yield Statement((*field, "vendor_id"), vendor, line.number)
            yield Statement((*field, "device_id"), _UNKNOWN_DEVICE, line.number)
            yield Statement((*field, "kernel_driver"), driver[1], line.number)


def _of_module(line: Line) -> Iterator[Statement]:
    module, boot = _MODULE.search(line.text), _SECURE_BOOT.match(line.text)
    listed, node = _LSMOD.match(line.text), _NODE.match(line.text)
    if module:
        flavour = "open" if module[1] else "proprietary"
        yield Statement(("machine", "kernel_module_release"), module[2], line.number)
        yield Statement(("machine", "kernel_module_flavour"), flavour, line.number)
    if boot:
        yield Statement(
            ("machine", "is_secure_boot"), boot[1].lower() in {"enabled", "on"}, line.number
        )
    if listed:
        yield Statement(("machine", "kernel_modules", listed[1]), listed[1], line.number)
    if node:
        field = ("machine", "device_nodes", node[4])
        yield Statement((*field, "mode"), node[1], line.number)
        yield Statement((*field, "owner"), f"{node[2]}:{node[3]}", line.number)
        if node[1][1:3] != "rw":  # not even its owner may use it
            yield Statement((*field, "is_accessible"), False, line.number)


READER = Reader("the kernel's state", read, marks=MARKS)
