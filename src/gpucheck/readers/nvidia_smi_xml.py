"""What `nvidia-smi -q -x` prints: one element a line, so a cut report still tells its part.

<driver_version>535.129.03</driver_version>
<gpu id="00000000:01:00.0">
    <product_name>NVIDIA GeForce RTX 3090</product_name>
    <fb_memory_usage>
        <total>24576 MiB</total>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

MIB = 1 << 20

_GPU = re.compile(r"\s{0,40}<gpu id=\"([0-9A-Fa-f:.]{7,20})\">")
_OPENED = re.compile(r"\s{0,40}<(\w{2,40})>$")
_ELEMENT = re.compile(r"\s{0,40}<(\w{2,40})>([^<]{1,120})</\1>")
_OF_DRIVER: dict[str, Field] = {
    "driver_version": ("driver", "driver_release"),
    "kmd_version": ("driver", "driver_release"),
    "cuda_version": ("driver", "driver_cuda"),
    "cuda_umd_version": ("driver", "driver_cuda"),
}
_TEXTS = {"product_name": "name", "uuid": "uuid", "serial": "serial"}
_SIZES = {"total": "memory_total_bytes", "used": "memory_used_bytes", "free": "memory_free_bytes"}
_MODES = {
    "Default": "default",
    "Exclusive_Process": "exclusive_process",
    "Prohibited": "prohibited",
}
_ON = {"Enabled": True, "Disabled": False}
_MEMORY = re.compile(r"(\d{1,8}) MiB$")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the driver and each GPU's name, memory and modes."""
    index, inside = -1, ""
    for line in lines:
        gpu = _GPU.match(line.text)
        if gpu:
            index, inside = index + 1, ""
            yield Statement(
                ("driver", "gpus", str(index), "pci_address"), gpu[1].lower(), line.number
            )
        opened = _OPENED.match(line.text)
        inside = opened[1] if opened else inside
        element = _ELEMENT.match(line.text)
        if element is None or is_nothing(element[2]):
            continue
        if element[1] in _OF_DRIVER:
            yield Statement(_OF_DRIVER[element[1]], element[2].strip(), line.number)
        elif index >= 0:
            for name, value in _of_gpu(element[1], element[2].strip(), inside):
                yield Statement(("driver", "gpus", str(index), name), value, line.number)


def _of_gpu(tag: str, value: str, inside: str) -> Iterator[tuple[str, Value]]:
    memory = _MEMORY.match(value)
    if tag in _TEXTS:
        yield _TEXTS[tag], value
    elif inside == "fb_memory_usage" and tag in _SIZES and memory:
        yield _SIZES[tag], int(memory[1]) * MIB
    elif tag == "compute_mode" and value in _MODES:
        yield "compute_mode", _MODES[value]
    elif tag == "persistence_mode" and value in _ON:
        yield "is_persistence_on", _ON[value]
    elif tag == "current_mig" and value in _ON:
        yield "is_mig_enabled", _ON[value]


READER = Reader("nvidia-smi -q -x", read)
