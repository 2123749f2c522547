"""PyTorch's collect_env, in every layout from 1.0 on, and what vLLM and others made of it.

    PyTorch version: 2.1.0+cu118
    CUDA used to build PyTorch: 11.8
    OS: Ubuntu 22.04.3 LTS (x86_64)
    Is CUDA available: True
    CUDA runtime version: 11.8.89              what nvcc says
    GPU models and configuration: GPU 0: NVIDIA GeForce RTX 3090
    Nvidia driver version: 535.129.03
    cuDNN version: Probably one of the following:
    /usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.7

Source: torch/utils/collect_env.py of PyTorch 1.0 to 2.15 (2026-11). "No CUDA" stands for a driver,
GPUs and a toolkit that were not found, while torch.cuda is not available.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing, labelled
from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement, Value

_SIMPLE = {
    "nvidia driver version": ("driver", "driver_release"),
    "cuda runtime version": ("toolkit", "nvccs", "nvcc", "toolkit_cuda"),
}
_CUDNN = re.compile(r"/\S{1,200}/libcudnn\.so\.(\d+\.\d+\.\d+)$")
_GPU = re.compile(
    r"(?:GPU models and configuration:\s*)?GPU (\d{1,3}): (\S[^()]{1,90}?)(?: \(UUID.*)?$"
)
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){1,3}")
_ANSWERS = {"true": True, "false": False, "yes": True, "no": False}


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what the labels of collect_env state."""
    for each in labelled(lines):
        for field, value in _stated(each.label, each.value):
            yield Statement(field, value, each.line)
    if any("GPU models and configuration" in line.text for line in lines):
        for line in lines:
            gpu = _GPU.match(line.text)
            if gpu:
                yield Statement(("driver", "gpus", gpu[1], "name"), gpu[2].strip(), line.number)
    for line in lines:
        cudnn = _CUDNN.match(line.text.strip())
        if cudnn:
            field = ("toolkit", "cudnn_installs", cudnn[0], "version")
            yield Statement(field, cudnn[1], line.number)


def _stated(label: str, value: str) -> Iterator[tuple[tuple[str, ...], Value]]:
    torch = ("frameworks", "torch")
    if label == "pytorch version" and not is_nothing(value):
        yield (*torch, "release"), value.split()[0]
    elif label == "cuda used to build pytorch" and value.lower() != "n/a":
        yield (*torch, "is_cuda_build"), not is_nothing(value)
        if not is_nothing(value):
            yield (*torch, "built_for_cuda"), value
    elif label == "rocm used to build pytorch" and not is_nothing(value):
        yield (*torch, "is_rocm_build"), True
    elif label == "is cuda available" and value.lower() in _ANSWERS:
        yield (*torch, "is_gpu_usable"), _ANSWERS[value.lower()]
    elif label in _SIMPLE and _VERSION.fullmatch(value):
        yield _SIMPLE[label], value


READER = Reader("PyTorch's collect_env", read)
