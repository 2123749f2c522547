"""What TensorFlow logs when it starts, and its own environment collector.

I tensorflow/…/gpu_device.cc:1928] Created device /…:GPU:0 with 22000 MB memory:  -> device: 0,
    name: NVIDIA GeForce RTX 3090, pci bus id: 0000:01:00.0, compute capability: 8.6
pciBusID: 0000:01:00.0 name: GeForce GTX 1080 computeCapability: 6.1
name: GeForce GTX 1080 major: 6 minor: 1 memoryClockRate(GHz): 1.7335
I tensorflow/…/cuda_dnn.cc:384] Loaded cuDNN version 8600
kernel reported version is: 470.103.1          libcuda reported version is: 470.103.1
('cuda_version', '12.2'), … ('is_cuda_build', True)     tf.sysconfig.get_build_info()
tf.version.VERSION = 2.15.0                    tf_env_collect
v2.12.0-rc1-12-g0db597d0d75 2.12.0             tf.version.GIT_VERSION and VERSION
Loaded runtime CuDNN library: 7.4.1 but source was compiled with: 7.6.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value
from gpucheck.versions import CudnnVersion

TENSORFLOW = ("frameworks", "tensorflow")

MARKS = ("name: ", "cudnn", "kernel reported", "tf.", "-g", "physicaldevice", "cuda_", "created")
_DEVICE = re.compile(
    r"device: (\d{1,3}), name: (\S[^,]{2,80}), pci bus id: ([0-9A-Fa-f:.]{7,16})"
    r"(?:, compute capability: (\d{1,2}\.\d))?"
)
_FOUND = re.compile(
    r"\bname: (\S.{2,60}?) (?:computeCapability: (\d{1,2}\.\d)|major: (\d{1,2}) minor: (\d))"
)
_CUDNN = re.compile(r"Loaded cuDNN version (\d{4,6})\b")
_KERNEL = re.compile(r"kernel reported version is: (\d{2,3}\.\d{1,3}(?:\.\d{1,3})?)")
_COMPARED = re.compile(
    r"Loaded runtime CuDNN library: (\d[\d.]{2,9}?) but source was compiled with:"
    r" (\d[\d.]{2,9}?)\.?\s"
)
_VERSION = re.compile(
    r"(?:tf\.version\.VERSION = |tf\.__version__\s?[=:]\s?"
    r"|\bv\d\.\d{1,2}\.\d{1,2}(?:-rc\d)?-\d{1,3}-g[0-9a-f]{7,12} )"
    r"['\"]?(\d\.\d{1,2}\.\d{1,2})"
)
_USES_CUDA = re.compile(
    r"stream_executor/cuda/cuda_dnn\.cc|Created (?:TensorFlow )?device .{0,60}GPU"
)
_BUILD_INFO = re.compile(r"'is_cuda_build'(?:: |, )(True|False)")
_BUILT = re.compile(r"'cuda_version'(?:: |, )'(\d{1,2}\.\d)'")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the GPUs, driver and cuDNN that TensorFlow names."""
    for line in lines:
        for field, value in _stated(line.text):
            yield Statement(field, value, line.number)


def _stated(text: str) -> Iterator[tuple[Field, Value]]:
    yield from _devices(text)
    yield from _libraries(text)
    build, built, version = (p.search(text) for p in (_BUILD_INFO, _BUILT, _VERSION))
    if build:
        yield (*TENSORFLOW, "is_cuda_build"), build[1] == "True"
    if built:
        yield (*TENSORFLOW, "built_for_cuda"), built[1]
    if version:
        yield (*TENSORFLOW, "release"), version[1]


def _devices(text: str) -> Iterator[tuple[Field, Value]]:
    device = _DEVICE.search(text)
    found = None if device else _FOUND.search(text)
    if device:
        gpu = ("driver", "gpus", device[1])
        yield (*gpu, "name"), device[2]
        yield (*gpu, "pci_address"), device[3].lower()
        if device[4]:
            yield (*gpu, "compute_capability"), device[4]
        if "Created" in text:
            yield (*TENSORFLOW, "is_gpu_usable"), True
    if _USES_CUDA.search(text):
        yield (*TENSORFLOW, "is_cuda_build"), True
    if found:
        yield ("driver", "gpus", "0", "name"), found[1]
        capability = found[2] or f"{found[3]}.{found[4]}"
        yield ("driver", "gpus", "0", "compute_capability"), capability
    if text.lstrip("`> ").startswith("[PhysicalDevice("):
        yield (*TENSORFLOW, "is_gpu_usable"), "device_type='GPU'" in text


def _libraries(text: str) -> Iterator[tuple[Field, Value]]:
    cudnn, kernel, compared = (p.search(text) for p in (_CUDNN, _KERNEL, _COMPARED))
    if cudnn:
        loaded = CudnnVersion.from_number(int(cudnn[1]))
        yield (*TENSORFLOW, "loaded_cudnn"), str(loaded)
    if kernel:
        yield ("driver", "driver_release"), kernel[1]
    if compared:
        yield (*TENSORFLOW, "loaded_cudnn"), compared[1]
        yield (*TENSORFLOW, "built_for_cudnn"), compared[2]


READER = Reader("TensorFlow's log", read, marks=MARKS)
