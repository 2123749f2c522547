r"""Read what Windows knows of itself and of its display adapters, from registry and kernel32.

What comes in: the registry. What goes out: the system's fields, and `pci_displays` of devices
that are present (the registry also remembers those that were taken out). Samples:

    HKLM\SYSTEM\CurrentControlSet\Enum\PCI
        VEN_10DE&DEV_2684&SUBSYS_88E21043&REV_A1\4&1d81e16&0&0008
            CompatibleIDs        PCI\VEN_10DE&DEV_2684  …  PCI\CC_030000  PCI\CC_0300
            LocationInformation  @System32\drivers\pci.sys,#65536;PCI bus %1, …;(1,0,0)
            Service              nvlddmkm
    HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion
        ProductName      Windows 10 Pro
        DisplayVersion   23H2
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from gpucheck.probes.reading.place import Place

    Values = Mapping[str, Any]  # the values of one registry key by name

PCI_KEY = r"SYSTEM\CurrentControlSet\Enum\PCI"
VERSION_KEY = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
PROCESSOR_KEY = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
SECURE_BOOT_KEY = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State"

FIRST_BUILD_OF_11 = 22000
"""Windows 11 still calls itself "Windows 10" in ProductName (Microsoft Learn, 2026-11)."""


def os_title(version: Values, build: int) -> str:
    """Return the name that users know: "Windows 11 Pro 23H2"."""
    name = str(version.get("ProductName", "Windows"))
    if build >= FIRST_BUILD_OF_11:
        name = name.replace("Windows 10", "Windows 11")
    return f"{name} {version.get('DisplayVersion', '')}".rstrip()


def display(hardware: str, values: Values) -> dict[str, str] | None:
    """Return one device as a PCI display, or None when it is no display controller.

    `hardware` is the key's name with vendor and device, `values` those of one instance of it.
    """
    classes = [text[7:] for text in values.get("CompatibleIDs") or () if text[:7] == r"PCI\CC_"]
    pci_class = next((text[:4].lower() for text in classes if text.startswith("03")), None)
    ids = dict(part.partition("_")[::2] for part in hardware.split("&"))
    if pci_class is None or "VEN" not in ids or "DEV" not in ids:
        return None
    found = {
        "address": pci_address(str(values.get("LocationInformation", ""))) or hardware,
        "vendor_id": ids["VEN"].lower(),
        "device_id": ids["DEV"].lower(),
        "pci_class": pci_class,
    }
    if values.get("Service"):
        found["kernel_driver"] = str(values["Service"])
    return found


def pci_address(location: str) -> str | None:
    """Turn "…;(1,0,0)" (bus, device, function) into Linux's "0000:01:00.0"."""
    numbers = location.rpartition("(")[2].rstrip(")").split(",")
    if len(numbers) != 3 or not all(number.isdecimal() for number in numbers):
        return None
    bus, device, function = map(int, numbers)
    return f"0000:{bus:02x}:{device:02x}.{function:x}"


if sys.platform == "win32":
    import ctypes
    import winreg

    def system(_: Place) -> Iterator[tuple[Any, ...]]:
        """Name Windows, the processor, and whether this process is an administrator."""
        windows = sys.getwindowsversion()
        yield "os_name", "Windows"
        yield "kernel_release", f"{windows.major}.{windows.minor}.{windows.build}"
        yield "os_title", os_title(_values(VERSION_KEY), windows.build)
        # A 32-bit process is told the truth by the second variable only.
        machine = os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ.get(
            "PROCESSOR_ARCHITECTURE"
        )
        if machine:
            yield "architecture", machine
        if model := _values(PROCESSOR_KEY).get("ProcessorNameString"):
            yield "cpu_model", str(model).strip()
        if cores := os.cpu_count():
            yield "cpu_cores", cores
        yield "is_root", bool(ctypes.windll.shell32.IsUserAnAdmin())

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX (sysinfoapi.h)."""

        _fields_ = (
            ("length", ctypes.c_uint32),
            ("load_percent", ctypes.c_uint32),
            ("total_bytes", ctypes.c_uint64),
            ("others", ctypes.c_uint64 * 6),
        )

    def memory(_: Place) -> Iterator[tuple[Any, ...]]:
        """Size the physical memory."""
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            yield "memory_bytes", status.total_bytes

    def secure_boot(_: Place) -> Iterator[tuple[Any, ...]]:
        """Tell whether Secure Boot is on; without UEFI the key is not there."""
        enabled = _values(SECURE_BOOT_KEY).get("UEFISecureBootEnabled")
        if enabled is not None:
            yield "is_secure_boot", enabled == 1

    def pci_displays(_: Place) -> Iterator[tuple[Any, ...]]:
        """List the display adapters that are present now."""
        displays = []
        for hardware in _subkeys(PCI_KEY):
            for instance in _subkeys(rf"{PCI_KEY}\{hardware}"):
                values = _values(rf"{PCI_KEY}\{hardware}\{instance}")
                found = display(hardware, values)
                if found and _is_present(rf"PCI\{hardware}\{instance}"):
                    displays.append(found)
        yield "pci_displays", sorted(displays, key=lambda found: found["address"])

    def _is_present(device: str) -> bool:
        """Ask the configuration manager, which by default finds present devices only."""
        node = ctypes.c_uint32()
        normal = 0  # CM_LOCATE_DEVNODE_NORMAL
        locate = ctypes.windll.cfgmgr32.CM_Locate_DevNodeW
        return bool(locate(ctypes.byref(node), ctypes.c_wchar_p(device), normal) == 0)

    def _subkeys(path: str) -> list[str]:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]

    def _values(path: str) -> dict[str, Any]:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                count = winreg.QueryInfoKey(key)[1]
                return dict(winreg.EnumValue(key, index)[:2] for index in range(count))
        except OSError:
            return {}

    STEPS = (
        ("os_name", "registry: Windows version", system),
        ("memory_bytes", "GlobalMemoryStatusEx", memory),
        ("is_secure_boot", "registry: SecureBoot", secure_boot),
        ("pci_displays", r"registry: Enum\PCI", pci_displays),
    )
