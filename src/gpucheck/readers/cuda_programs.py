"""CUDA devices as programs list them: deviceQuery, llama.cpp, Ollama and others.

Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes
Device 0: "NVIDIA GeForce RTX 3090"
  CUDA Driver Version / Runtime Version          12.2 / 11.8
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_DEVICE = re.compile(
    r"\bDevice (\d{1,2}): \"?((?:NVIDIA|Tesla|GeForce|Quadro|TITAN)[^,\"]{2,60})\"?"
    r"(?:, compute capability (\d{1,2}\.\d))?"
)
_VERSIONS = re.compile(r"CUDA Driver Version / Runtime Version\s+(\d{1,2}\.\d) / (\d{1,2}\.\d)")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the devices in CUDA's order, and the CUDA of the driver."""
    for line in lines:
        device, versions = _DEVICE.search(line.text), _VERSIONS.search(line.text)
        if device:
            field = ("cuda_driver", "devices", device[1])
            yield Statement((*field, "name"), device[2].strip(), line.number)
            if device[3]:
                yield Statement((*field, "compute_capability"), device[3], line.number)
        if versions:
            yield Statement(("cuda_driver", "driver_cuda"), versions[1], line.number)


READER = Reader("lists of CUDA devices", read, marks=("device ", "driver version"))
