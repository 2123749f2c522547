"""The fields of issue forms, as people fill them in.

    OS Platform and Distribution: Windows 10
    GPU model and memory: 1050ti 4 GB
    CUDA/cuDNN version: 11.8 / 8.6
    ### TensorFlow version            a heading, the value below it

A CUDA that somebody names may be the driver's, the toolkit's or a build's: it is kept as named, and
taken for none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing, labelled
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_FRAMEWORKS = {
    "pytorch": "torch", "torch": "torch", "tensorflow": "tensorflow", "tf": "tensorflow",
    "tensor flow": "tensorflow", "jax": "jax", "cupy": "cupy", "numba": "numba",
    "onnxruntime": "onnxruntime", "onnx runtime": "onnxruntime", "mxnet": "mxnet",
}  # fmt: skip
_SYSTEM = ("os", "operating system", "platform", "system", "host os")
_GPU = ("gpu", "graphics card", "video card", "hardware")
_LONGEST_NAME = 60
_CUDA = re.compile(r"(?:^|[^\d.])(\d{1,2}\.\d)(?!\d*\.\d{1,3}\.\d)")
_RELEASE = re.compile(r"(?:^|\s)v?(\d\.\d{1,2}\.\d{1,2}\S{0,20})")
_PYTHON = re.compile(r"(\d\.\d{1,2}(?:\.\d{1,2})?)")
_COUNT = re.compile(r"^\d{1,2}\s?[x×]\s?")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what the fields say."""
    for each in labelled(lines):
        if not is_nothing(each.value):
            for field, value in _stated(each.label, each.value):
                yield Statement(field, value, each.line)


def _stated(label: str, value: str) -> Iterator[tuple[Field, Value]]:
    framework = _FRAMEWORKS.get(label.partition(" version")[0])
    if framework and (release := _RELEASE.search(value)):
        yield ("frameworks", framework, "release"), release[1]
    elif label in {"python", "python version"} and (python := _PYTHON.search(value)):
        yield ("packages", "python_release"), python[1]
        yield ("packages", "python_implementation"), "CPython"
    elif label.startswith("cuda") and (cuda := _CUDA.search(value)):
        yield ("named_cuda", cuda[1]), cuda[1]
    elif label.startswith(_SYSTEM):
        yield from _system(value.lower())
    elif label.startswith(_GPU) and len(value) < _LONGEST_NAME:
        name = _COUNT.sub("", value)
        yield ("named_gpus", name, "name"), name


def _system(value: str) -> Iterator[tuple[Field, Value]]:
    if ("windows" in value or value.startswith("win")) and "wsl" not in value:
        yield ("machine", "os_name"), "Windows"
    elif "linux" in value:
        yield ("machine", "os_name"), "Linux"


READER = Reader("issue forms", read, source="person")
