"""The CUDA toolkit, as `nvcc --version` and those who call it say it.

Cuda compilation tools, release 12.1, V12.1.105
$ which nvcc
/usr/local/cuda-12.1/bin/nvcc
The detected CUDA version (12.2) mismatches the version that was used to compile
PyTorch (11.3).                                     torch.utils.cpp_extension
CUDA Version 10.1.243                               /usr/local/cuda/version.txt
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_RELEASE = re.compile(r"\brelease (\d{1,2}\.\d), V(\d{1,2}\.\d\.\d{1,4})")
_DETECTED = re.compile(r"detected CUDA version \((\d{1,2}\.\d{1,2})\)")
_TORCH = re.compile(r"(?:^|compile\s{1,4})\s{0,12}PyTorch \((\d{1,2}\.\d{1,2})\)")
_VERSION_TXT = re.compile(r"CUDA Version (\d{1,2}\.\d{1,2}\.\d{1,4})$")
_NOT_FOUND = re.compile(r"\bnvcc: (?:command )?not found|'nvcc' is not recognized")
_FIELD = ("toolkit", "nvccs", "nvcc", "toolkit_cuda")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the toolkit's CUDA, and that of the PyTorch that was compared with it."""
    for line in lines:
        text = line.text
        for pattern, group in ((_RELEASE, 2), (_DETECTED, 1), (_VERSION_TXT, 1)):
            found = pattern.search(text)
            if found:
                yield Statement(_FIELD, found[group], line.number)
        torch = _TORCH.search(text)
        if torch:
            field = ("frameworks", "torch", "built_for_cuda")
            yield Statement(field, torch[1], line.number)
            yield Statement(("frameworks", "torch", "is_cuda_build"), True, line.number)
        if _NOT_FOUND.search(text):
            yield Statement(("toolkit", "nvccs"), None, line.number)


READER = Reader("nvcc --version", read, marks=("release ", "cuda version", "pytorch (", "nvcc"))
