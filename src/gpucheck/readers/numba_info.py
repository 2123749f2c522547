"""What `numba -s` prints on CUDA, and `numba.cuda.detect()`.

__Hardware Information__
Numba Version                                 : 0.59.1
CUDA Device Initialized                       : False
CUDA Driver Version                           : 12.2
CUDA Runtime Version                          : 12.4
CUDA Detect Output:
Found 1 CUDA devices
id 0    b'NVIDIA GeForce RTX 3090'                              [SUPPORTED]
                      Compute Capability: 8.6
                                    UUID: GPU-8932f937-d72c-4106-c12f-20bd9faed9f6
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_PAIR = re.compile(r"^\s{0,8}([A-Za-z][\w .()-]{4,45}?)\s{1,46}: (\S.{0,120})$")
_DEVICE = re.compile(
    r"^\s{0,4}id (\d{1,3})\s+b?['\"]?([^'\"\[]{3,80}?)['\"]?\s+\[(?:NOT )?SUPPORTED"
)
_CAPABILITY = re.compile(r"^\s+[Cc]ompute [Cc]apability: (\d{1,2}\.\d)$")
_OF_NUMBA = ("CUDA Detect Output", "Numba Version", "CUDA devices", "__CUDA Information__")
_DRIVER_CUDA = re.compile(r"\d{1,2}\.\d$")
_OLD_TUPLE = re.compile(r"\((\d{1,2}), (\d)\)|(\d{1,2})(?:\.|, )(\d)")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield Numba's release, what it found of CUDA, and its devices."""
    device = ""
    is_numba = any(word in line.text for line in lines for word in _OF_NUMBA)
    for line in lines if is_numba else ():
        listed, capability = _DEVICE.match(line.text), _CAPABILITY.match(line.text)
        if listed:
            device = listed[1]
            yield Statement(("driver", "gpus", device, "name"), listed[2].strip(), line.number)
        elif capability and device:
            field = ("driver", "gpus", device, "compute_capability")
            yield Statement(field, capability[1], line.number)
        pair = _PAIR.match(line.text)
        if pair and not is_nothing(pair[2]):
            for stated, value in _stated(pair[1].strip(), pair[2].strip()):
                yield Statement(stated, value, line.number)


def _stated(label: str, value: str) -> Iterator[tuple[Field, Value]]:
    numba = ("frameworks", "numba")
    if label in {"Numba Version", "numba Version"}:
        yield (*numba, "release"), value
    elif label in {"CUDA Device Initialized", "CUDA device initialized"}:
        yield (*numba, "is_gpu_usable"), value == "True"
    elif label in {"CUDA Driver Version", "CUDA driver version"} and _DRIVER_CUDA.match(value):
        yield ("cuda_driver", "driver_cuda"), value
    elif label in {"CUDA Runtime Version", "CUDA runtime version"}:
        found = _OLD_TUPLE.match(value)
        if found:
            major, minor = (part for part in found.groups() if part)
            yield (*numba, "runtime_cuda"), f"{major}.{minor}"


READER = Reader("numba -s", read)
