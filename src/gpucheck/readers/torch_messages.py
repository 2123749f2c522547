"""What PyTorch's own messages tell besides their cause.

NVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the current PyTorch …
The current PyTorch install supports CUDA capabilities sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90.
The NVIDIA driver on your system is too old (found version 11040).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement
from gpucheck.versions import DriverCuda

_GPU = re.compile(r"(?:^|[>:]\s)\s{0,8}(\S[^:>]{2,70}?) with CUDA capability sm_(\d{1,2})(\d)\b")
_TARGETS = re.compile(
    r"supports CUDA capabilities ((?:(?:sm|compute)_\d{2,3}[af]?[\s,]{0,2}){1,30})"
)
_FOUND = re.compile(r"driver on your system is too old \(found version (\d{4,5})\)")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the GPU, the build's targets and the driver's CUDA that a message names."""
    for line in lines:
        gpu, targets = _GPU.search(line.text), _TARGETS.search(line.text)
        found = _FOUND.search(line.text)
        if gpu:
            field = ("driver", "gpus", "0")
            yield Statement((*field, "name"), gpu[1], line.number)
            yield Statement((*field, "compute_capability"), f"{gpu[2]}.{gpu[3]}", line.number)
        if targets:
            torch = ("frameworks", "torch")
            listed = targets[1].replace(",", " ").split()
            sass = [target for target in listed if target.startswith("sm_")]
            yield Statement((*torch, "is_cuda_build"), True, line.number)
            yield Statement((*torch, "sass_targets"), sass, line.number)
        if found:
            cuda = DriverCuda.from_number(int(found[1]))
            yield Statement(("cuda_driver", "driver_cuda"), str(cuda), line.number)


READER = Reader(
    "PyTorch's messages", read, marks=("with cuda capability", "cuda capabilities", "is too old")
)
