"""cuDNN's version as its header and its libraries' names have it.

#define CUDNN_MAJOR 7
#define CUDNN_MINOR 4
#define CUDNN_PATCHLEVEL 1
libcudnn.so.8 -> libcudnn.so.8.9.7                       ls -l
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_DEFINE = re.compile(r"#define\s+CUDNN_(MAJOR|MINOR|PATCHLEVEL)\s+(\d{1,2})\b")
_FILE = re.compile(r"\blibcudnn\.so\.(\d{1,2}\.\d{1,2}\.\d{1,2})\b")
_PARTS = ("MAJOR", "MINOR", "PATCHLEVEL")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the cuDNN of the header, and those that file names show."""
    parts: dict[str, str] = {}
    for line in lines:
        define = _DEFINE.search(line.text)
        if define:
            parts[define[1]] = define[2]
        if define and define[1] == "PATCHLEVEL" and len(parts) == len(_PARTS):
            version = ".".join(parts[part] for part in _PARTS)
            field = ("toolkit", "cudnn_installs", "cudnn.h", "version")
            yield Statement(field, version, line.number)
        named = _FILE.search(line.text)
        if named:
            field = ("toolkit", "cudnn_installs", f"libcudnn.so.{named[1]}", "version")
            yield Statement(field, named[1], line.number)


READER = Reader("cuDNN's header", read, marks=("cudnn",))
