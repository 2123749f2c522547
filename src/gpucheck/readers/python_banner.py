"""The Python that runs, as its banner, sys.version and collectors print it.

Python 3.7.4 (default, Aug 13 2019, 20:35:49)
[GCC 7.3.0] :: Anaconda, Inc. on linux
Python version: 3.9.18 | packaged by conda-forge | (main, …) [GCC 12.3.0] (64-bit runtime)
Python 3.6.4 (v3.6.4:d48eceb, …) [MSC v.1900 32 bit (Intel)] on win32
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_RELEASE = r"(\d\.\d{1,2}(?:\.\d{1,2})?)"
_BANNER = re.compile(rf"(?:^|[\s>$])Python {_RELEASE}(?:\s?\(| \||$|:: )")
_LABEL = re.compile(rf"\s{{0,8}}-?\s?[Pp]ython(?: [Vv]ersion| platform)?: {_RELEASE}")
_SYS_VERSION = re.compile(
    r"^\s{0,4}(?:sys\.version: )?(\d\.\d{1,2}\.\d{1,2}) (?:\| packaged by|\(\w+, \w{3} )"
)
_COMPILER = re.compile(r"^\[(?:GCC|MSC|Clang).{3,80}\](?: :: .{2,40})? on (linux|win32|darwin)")
_SYSTEMS = {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}
_BITS = re.compile(r"\((32|64)-bit runtime\)|\[MSC v\.\d+ (32|64) bit")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield release, word size and system of the interpreter."""
    for line in lines:
        for field, value in _stated(line.text):
            yield Statement(field, value, line.number)


def _stated(text: str) -> Iterator[tuple[Field, Value]]:
    for pattern in (_BANNER, _LABEL, _SYS_VERSION):
        found = pattern.search(text)
        if found:
            yield ("packages", "python_release"), found[1]
            yield ("packages", "python_implementation"), "CPython"
            break
    compiler, bits = _COMPILER.search(text.strip()), _BITS.search(text)
    if compiler:
        yield ("machine", "os_name"), _SYSTEMS[compiler[1]]
    if bits:
        yield ("packages", "python_bits"), int(bits[1] or bits[2])


READER = Reader(
    "Python's banner",
    read,
    marks=(
        "python",
        "(main,",
        "(default,",
        "packaged by",
        "[gcc",
        "[msc",
        "[clang",
        "-bit runtime",
    ),
)
