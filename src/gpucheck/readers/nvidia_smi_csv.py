"""What `nvidia-smi --query-gpu=… --format=csv` prints, where its head line or the command is there.

name, driver_version, memory.total [MiB], compute_cap
NVIDIA GeForce RTX 3090, 535.129.03, 24576 MiB, 8.6
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

MIB = 1 << 20

_ASKED = re.compile(r"--query-gpu[= ]([\w.,]{3,400})")
_UNIT = re.compile(r"\s*\[(\w+|%)\]$")
_DRIVER = "driver_version"
_TEXTS = {
    "name": "name",
    "gpu_name": "name",
    "uuid": "uuid",
    "gpu_uuid": "uuid",
    "pci.bus_id": "pci_address",
    "gpu_bus_id": "pci_address",
    "compute_cap": "compute_capability",
}
_SIZES = {
    "memory.total": "memory_total_bytes",
    "memory.used": "memory_used_bytes",
    "memory.free": "memory_free_bytes",
}
_KNOWN = {_DRIVER, "index", "count", *_TEXTS, *_SIZES}
_FEWEST_KNOWN = 2
_NUMBER = re.compile(r"(\d{1,8})(?: MiB)?$")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what the rows below a head line state."""
    head: list[str] = []
    row = 0
    for line in lines:
        if "," not in line.text:
            head = []
            continue
        asked = _ASKED.search(line.text)
        if asked:
            head, row = asked[1].split(","), 0
            continue
        cells = [cell.strip() for cell in next(csv.reader([line.text], skipinitialspace=True), [])]
        names = [_UNIT.sub("", cell) for cell in cells]
        if (
            not (head and len(cells) == len(head))
            and len(set(names) & _KNOWN) >= min(_FEWEST_KNOWN, len(names))
            and set(names) & _KNOWN
        ):
            head, row = names, 0
        elif head and len(cells) == len(head):
            for field, value in _of_row(dict(zip(head, cells, strict=True)), row):
                yield Statement(field, value, line.number)
            row += 1
        else:
            head = []


def _of_row(cells: dict[str, str], row: int) -> Iterator[tuple[Field, Value]]:
    index = cells.get("index", str(row))
    if not index.isdecimal():
        return
    gpu = ("driver", "gpus", index)
    for name, value in cells.items():
        number = _NUMBER.match(value)
        if is_nothing(value):
            continue
        if name == _DRIVER:
            yield ("driver", "driver_release"), value
        elif name in _TEXTS:
            yield (*gpu, _TEXTS[name]), value
        elif name in _SIZES and number:
            yield (*gpu, _SIZES[name]), int(number[1]) * MIB


READER = Reader("nvidia-smi --query-gpu", read)
