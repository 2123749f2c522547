"""What `nvidia-smi topo -m` prints: how each pair of GPUs is connected.

        GPU0    GPU1    NIC0    CPU Affinity    NUMA Affinity
GPU0     X      NV12    SYS     0-63            0
GPU1    NV12     X      SYS     0-63            0
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_HEAD = re.compile(r"\s{2,40}GPU0(?:\s+GPU\d{1,3})*\b")
_ROW = re.compile(r"\s{0,8}GPU(\d{1,3})\s+(.*)")
_ANCESTORS = {
    "PIX": "single",
    "PXB": "multiple",
    "PHB": "hostbridge",
    "NODE": "node",
    "SYS": "system",
    "SOC": "system",
}
_MOST_GPUS = 64


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield how far apart each pair is; NVLink says nothing of PCIe."""
    count = 0
    for line in lines:
        if _HEAD.match(line.text):
            count = min(len(re.findall(r"\bGPU\d{1,3}\b", line.text)), _MOST_GPUS)
            continue
        row = _ROW.match(line.text)
        if not (row and count):
            continue
        a = int(row[1])
        for b, cell in enumerate(row[2].split()[:count]):
            if a < b and cell in _ANCESTORS:
                field = ("driver", "pairs", f"{a}-{b}", "common_ancestor")
                yield Statement(field, _ANCESTORS[cell], line.number)


READER = Reader("nvidia-smi topo -m", read, marks=("gpu",))
