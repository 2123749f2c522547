"""What `jax.print_environment_info()` prints, and jax.devices().

jax:    0.4.32
jaxlib: 0.4.32
numpy:  2.1.2
jax.devices (1 total, 1 local): [CpuDevice(id=0)]
jax.devices: [CudaDevice(id=0)]
device info: NVIDIA H100 80GB HBM3-1, 1 local devices
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_RELEASE = re.compile(r"^\s{0,8}(jax|jaxlib|numpy):\s{1,8}(\d[\w.+]{1,40})$")
_CUDA_DEVICE = re.compile(
    r"\b(?:CudaDevice|GpuDevice|cuda)\(id=(\d{1,3})|\b(?:GpuDevice\(id=|gpu\(id=)(\d{1,3})"
)
_DEVICES = re.compile(r"jax\.(?:local_)?devices\b|^\[(?:Cpu|Cuda|Gpu)Device\(id=")
_DEVICE_INFO = re.compile(r"^\s{0,8}device info: (.{2,60}?)-\d{1,3}, \d{1,3} local devices")
_CPU_DEVICE = re.compile(r"\b(?:CpuDevice|TFRT_CPU_\d|CPU)\b")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the releases, and whether JAX lists GPUs."""
    has_jax = False
    for line in lines:
        release = _RELEASE.match(line.text)
        if release and (has_jax or release[1] != "numpy"):
            has_jax = True
            field = ("packages", "distributions", release[1], "release")
            yield Statement(field, release[2], line.number)
        info = _DEVICE_INFO.match(line.text)
        if info:
            usable = ("frameworks", "jax", "is_gpu_usable")
            yield Statement(usable, info[1].lower() != "cpu", line.number)
        if _DEVICES.search(line.text):
            listed = _CUDA_DEVICE.findall(line.text)
            if listed or _CPU_DEVICE.search(line.text):
                usable = ("frameworks", "jax", "is_gpu_usable")
                yield Statement(usable, bool(listed), line.number)


READER = Reader("jax.print_environment_info()", read, marks=("jax", "device", "numpy:"))
