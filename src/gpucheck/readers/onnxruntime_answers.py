"""What ONNX Runtime says of its execution providers.

Available providers: 'AzureExecutionProvider, CPUExecutionProvider'
>>> onnxruntime.get_available_providers()
['TensorrtExecutionProvider', 'CUDAExecutionProvider', 'CPUExecutionProvider']   a line below
ONNX Runtime Version or Commit ID: 1.23.2
CUDA version used in build: 13.0                       onnxruntime.print_debug_info()
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_AVAILABLE = re.compile(
    r"Available providers: "
    r"|get_available_providers\(\)\W{0,4}\[(?:'\w{2,40}ExecutionProvider'(?:, )?){1,12}\]"
)
QUESTION = "get_available_providers()"
_BUILT = re.compile(r"\s{0,4}CUDA version used in build: (\d{1,2}\.\d)")
_RELEASE = re.compile(
    r"(?:ONNX ?Runtime (?:version|Version)(?: or Commit ID)?|^\s{0,8}onnxruntime(?:-gpu)? version)"
    r"\W{1,6}"
    r"(?:[A-Za-z]{2,12}[ =]{1,3})?v?(\d\.\d{1,2}\.\d{1,2})"
)


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the release, and whether the build has CUDA."""
    onnxruntime = ("frameworks", "onnxruntime")
    question = ""
    for line in lines:
        text = question + line.text
        question = line.text if line.text.rstrip().endswith(QUESTION) else ""
        release = _RELEASE.search(line.text)
        if release:
            yield Statement((*onnxruntime, "release"), release[1], line.number)
        built = _BUILT.match(line.text)
        if built:
            yield Statement((*onnxruntime, "is_cuda_build"), True, line.number)
            yield Statement((*onnxruntime, "built_for_cuda"), built[1], line.number)
        if _AVAILABLE.search(text):
            has_cuda = "CUDAExecutionProvider" in text.split("vailable providers: ")[-1]
            yield Statement((*onnxruntime, "is_cuda_build"), has_cuda, line.number)


READER = Reader("ONNX Runtime's providers", read, marks=("onnx", "provider", "cuda version used"))
