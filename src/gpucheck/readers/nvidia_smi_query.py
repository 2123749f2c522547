"""What `nvidia-smi -q` prints as text.

    Driver Version                            : 535.129.03
    CUDA Version                              : 12.2
    Attached GPUs                             : 1
    GPU 00000000:01:00.0
        Product Name                          : NVIDIA GeForce RTX 3090
        FB Memory Usage
            Total                             : 24576 MiB
            Used                              : 410 MiB

Layouts of 340 to 615; from 610 on the driver is called KMD (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

MIB = 1 << 20
_SHORTEST_GAP = 3
"""Blanks before the colon that no prose has."""

_GPU = re.compile(r"GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-F])$")
_PAIR = re.compile(r"(\s*)(\S[^:]{1,44}?)(\s*): (.*)")
_OF_DRIVER: dict[str, Field] = {
    "Driver Version": ("driver", "driver_release"),
    "KMD Version": ("driver", "driver_release"),
    "CUDA Version": ("driver", "driver_cuda"),
    "CUDA UMD Version": ("driver", "driver_cuda"),
}
_TEXTS = {"Product Name": "name", "GPU UUID": "uuid", "Serial Number": "serial"}
_SWITCHES = {
    "Persistence Mode": "is_persistence_on",
    "MIG Mode/Current": "is_mig_enabled",
    "Ecc Mode/Current": "is_ecc_enabled",
    "ECC Mode/Current": "is_ecc_enabled",
    "Remapped Rows/Pending": "is_remap_pending",
    "Remapped Rows/Remapping Failure Occurred": "has_remap_failed",
}
_NUMBERS = {
    "FB Memory Usage/Total": ("memory_total_bytes", MIB),
    "FB Memory Usage/Used": ("memory_used_bytes", MIB),
    "FB Memory Usage/Free": ("memory_free_bytes", MIB),
    "FB Memory Usage/Reserved": ("memory_reserved_bytes", MIB),
    "Utilization/Gpu": ("utilization_gpu_percent", 1),
    "Utilization/GPU": ("utilization_gpu_percent", 1),
    "Temperature/GPU Current Temp": ("temperature_c", 1),
    "Temperature/GPU Slowdown Temp": ("temperature_slowdown_c", 1),
    "Clocks/SM": ("clock_sm_hz", 1_000_000),
    "Max Clocks/SM": ("clock_sm_max_hz", 1_000_000),
    "Link Width/Current": ("pcie_width", 1),
    "Link Width/Max": ("pcie_width_max", 1),
    "PCIe Generation/Current": ("pcie_generation", 1),
    "PCIe Generation/Max": ("pcie_generation_max", 1),
    "Volatile/DRAM Uncorrectable": ("ecc_uncorrected_count", 1),
    "Remapped Rows/Uncorrectable Error": ("remapped_rows_uncorrectable", 1),
    "Remapped Rows/Correctable Error": ("remapped_rows_correctable", 1),
}
_FIRST_NUMBER = re.compile(r"(\d{1,9})")
_REASONS = {
    "HW Thermal Slowdown": "hw_thermal_slowdown",
    "SW Thermal Slowdown": "sw_thermal_slowdown",
    "HW Power Brake Slowdown": "hw_power_brake_slowdown",
    "HW Slowdown": "hw_slowdown",
    "SW Power Cap": "sw_power_cap",
    "Idle": "gpu_idle",
}
_MODES = {
    "Default": "default",
    "Exclusive_Process": "exclusive_process",
    "Exclusive_Thread": "exclusive_thread",
    "Prohibited": "prohibited",
}
_STATES = {"Completed": "completed", "In Progress": "in_progress", "Not Started": "not_started"}


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the driver and each GPU's state; a value is known by the headings above it."""
    index = -1
    headings: list[tuple[int, str]] = []
    reasons: dict[int, list[str]] = {}
    first: dict[int, int] = {}
    for line in lines:
        gpu = _GPU.match(line.text.strip())
        if gpu:
            index += 1
            yield Statement(
                ("driver", "gpus", str(index), "pci_address"), gpu[1].lower(), line.number
            )
            headings = []
            continue
        pair = _PAIR.match(line.text)
        depth = len(line.text) - len(line.text.lstrip())
        headings = [heading for heading in headings if heading[0] < depth]
        if pair is None:
            headings.append((depth, line.text.strip()))
            continue
        label, gap, value = pair[2].strip(), len(pair[3]), pair[4].strip()
        if gap < _SHORTEST_GAP or is_nothing(value):
            continue
        if label in _OF_DRIVER:
            yield Statement(_OF_DRIVER[label], value, line.number)
        elif index >= 0 or label == "License Status":
            index = max(index, 0)  # people leave out the line that names the GPU
            heading = headings[-1][1] if headings else ""
            for name, stated in _of_gpu(label, f"{heading}/{label}", value):
                yield Statement(("driver", "gpus", str(index), name), stated, line.number)
            if label in _REASONS and value == "Active" and heading.startswith("Clocks"):
                reasons.setdefault(index, []).append(_REASONS[label])
                first.setdefault(index, line.number)
    for number, named in reasons.items():
        yield Statement(("driver", "gpus", str(number), "throttle_reasons"), named, first[number])


def _of_gpu(label: str, way: str, value: str) -> Iterator[tuple[str, Value]]:
    if label in _TEXTS:
        yield _TEXTS[label], value
    for switches, key in ((_SWITCHES, label), (_SWITCHES, way)):
        if key in switches and value in {"Enabled", "Disabled", "Yes", "No"}:
            yield switches[key], value in {"Enabled", "Yes"}
    number = _FIRST_NUMBER.match(value)
    if way in _NUMBERS and number:
        name, factor = _NUMBERS[way]
        yield name, int(number[1]) * factor
    if label == "Compute Mode" and value in _MODES:
        yield "compute_mode", _MODES[value]
    if way == "Fabric/State" and value in _STATES:
        yield "fabric_state", _STATES[value]
    if label == "License Status":
        yield "vgpu_license_state", value.split()[0].lower()


READER = Reader("nvidia-smi -q", read)
