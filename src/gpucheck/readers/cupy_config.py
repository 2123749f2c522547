"""What `cupy.show_config()` prints.

OS                           : Linux-5.15.0-91-generic-x86_64-with-glibc2.35
CuPy Version                 : 13.3.0
CUDA Root                    : /usr/local/cuda
CUDA Build Version           : 12060
CUDA Driver Version          : 12020
CUDA Runtime Version         : 12060
cuDNN Version                : 8906
Device 0 Name                : NVIDIA GeForce RTX 3090
Device 0 Compute Capability  : 86
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value
from gpucheck.versions import CudnnVersion, DriverCuda

_PAIR = re.compile(r"^\s{0,8}([A-Za-z][\w .-]{2,34}?)\s{1,30}: (\S.{0,200})$")
_DEVICE = re.compile(r"Device (\d{1,3}) (Name|Compute Capability|PCI Bus ID)$")
_NUMBER = re.compile(r"(\d{4,6})\b")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield CuPy's releases and devices, once its own version line was seen."""
    is_cupy = any("CuPy Version" in line.text for line in lines)
    for line in lines if is_cupy else ():
        pair = _PAIR.match(line.text)
        if pair and not is_nothing(pair[2]):
            for field, value in _stated(pair[1].strip(), pair[2].strip()):
                yield Statement(field, value, line.number)


def _stated(label: str, value: str) -> Iterator[tuple[Field, Value]]:
    cupy = ("frameworks", "cupy")
    device = _DEVICE.match(label)
    number = _NUMBER.match(value)
    if label == "CuPy Version":
        yield (*cupy, "release"), value
    elif label == "CUDA Build Version" and number:
        yield (*cupy, "built_for_cuda"), str(DriverCuda.from_number(int(number[1])))
        yield (*cupy, "is_cuda_build"), True
    elif label == "CUDA Driver Version" and number:
        yield ("cuda_driver", "driver_cuda"), str(DriverCuda.from_number(int(number[1])))
    elif label == "CUDA Runtime Version" and number:
        yield (*cupy, "runtime_cuda"), str(DriverCuda.from_number(int(number[1])))
    elif label == "cuDNN Version" and number:
        yield (*cupy, "loaded_cudnn"), str(CudnnVersion.from_number(int(number[1])))
    elif device and device[2] == "Name":
        yield ("driver", "gpus", device[1], "name"), value
    elif device and device[2] == "Compute Capability" and value.isdecimal():
        capability = f"{value[:-1]}.{value[-1]}"
        yield ("driver", "gpus", device[1], "compute_capability"), capability


READER = Reader("cupy.show_config()", read)
