"""Versions that people name beside their logs.

TF 2.3.1, Cuda 10.2, Nvidia Tesla T4
Pytorch: 1.4        tensorflow-gpu==1.15.0        NVIDIA driver 410.48
installed: onnxruntime-gpu 1.19, onnxruntime
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

LONGEST_PROSE = 400

_FRAMEWORKS = {
    "tensorflow-gpu": "tensorflow", "tensorflow": "tensorflow", "tensor flow": "tensorflow",
    "onnxruntime-gpu": "onnxruntime", "onnxruntime": "onnxruntime", "onnx runtime": "onnxruntime",
    "pytorch": "torch", "torch": "torch", "tf": "tensorflow", "jax": "jax", "cupy": "cupy",
    "numba": "numba", "mxnet": "mxnet",
}  # fmt: skip
_HIGHEST_MAJOR = {
    "torch": 2, "tensorflow": 2, "jax": 0, "cupy": 15, "numba": 0, "onnxruntime": 2, "mxnet": 2,
}  # fmt: skip
"""What is higher is a release of something else: CUDA, cuDNN, Python."""
MARKS = ("torch", "tensor", "tf", "jax", "cupy", "numba", "onnx", "mxnet", "driver", "cud")
_FRAMEWORK = re.compile(
    rf"(?<![\w/.-])(?<!build )({'|'.join(map(re.escape, _FRAMEWORKS))})"
    r"(?: version)?\s{0,3}(?:={1,3}|[:=@-]|version:?|v(?=\d)|is)?\s{0,3}v?"
    r"(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?(?:\.(?:post|dev)\d{1,8}|rc\d)?"
    r"(?:\+(?:cu\d{2,3}|cpu|rocm[\d.]+))?)(?![\d.]*\w)",
    re.IGNORECASE,
)
_DRIVER = re.compile(
    r"\bdriver(?:[ _]version)?s?\W{1,6}(?:version )?(?:is )?v?(\d{3}\.\d{1,3}(?:\.\d{1,3})?)\b",
    re.IGNORECASE,
)
_CUDA = re.compile(
    r"\bcuda(?:[ _-]?(?:toolkit|version|runtime|ver))?[\s:=_/v-]{0,4}"
    r"(\d{1,2}\.\d{1,2})(?:\.\d{1,4})?\b(?!\.\d)",
    re.IGNORECASE,
)
_CUDA_MAJOR = re.compile(r"\bcuda(?: version)?\s?:?\s?(\d{1,2})(?![\w.])", re.IGNORECASE)
_CUDNN = re.compile(
    r"\bcudnn(?: version)?[\s:=v-]{0,4}(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)", re.IGNORECASE
)
_INSTALLED = re.compile(r"\binstall", re.IGNORECASE)
_ONNXRUNTIME = re.compile(r"\bonnxruntime(-gpu)?\b(?!-)")
_MASK = re.compile(r"\bCUDA_VISIBLE_DEVICES\s?=\s?[\"']?([\w,-]{1,80}|\$\{?\w{1,40}\}?)")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the versions that short lines name."""
    for line in lines:
        lower = line.text.lower()
        is_prose = len(lower) <= LONGEST_PROSE and not lower.lstrip().startswith(("|", "file "))
        if is_prose:
            for field, value in (*_frameworks(line.text), *_others(line.text)):
                yield Statement(field, value, line.number)


def _frameworks(text: str) -> Iterator[tuple[Field, Value]]:
    for name, release in _FRAMEWORK.findall(text):
        framework = _FRAMEWORKS[name.lower()]
        if int(release.partition(".")[0]) <= _HIGHEST_MAJOR[framework]:
            yield ("frameworks", framework, "release"), release
    packages = {f"onnxruntime{gpu}" for gpu in _ONNXRUNTIME.findall(text)}
    if len(packages) > 1 and _INSTALLED.search(text):
        for name in packages:
            yield ("packages", "distributions", name, "release"), None


def _others(text: str) -> Iterator[tuple[Field, Value]]:
    lower = text.lower()  # most lines hold none of these words, which is quickly seen
    if "cuda" in lower:
        for cuda in _CUDA.findall(text):
            yield ("named_cuda", cuda), cuda
        if major := _CUDA_MAJOR.search(text):
            yield ("named_cuda", major[1]), f"{major[1]}.0"
        if mask := _MASK.search(text):
            yield ("machine", "environment", "CUDA_VISIBLE_DEVICES"), mask[1]
    if "driver" in lower and (driver := _DRIVER.search(text)):
        yield ("driver", "driver_release"), driver[1]
    if "cudnn" in lower and (cudnn := _CUDNN.search(text)):
        yield ("toolkit", "cudnn_installs", "as named", "version"), cudnn[1]


READER = Reader("versions in prose", read, marks=MARKS, source="person")
