"""What the C and C++ libraries of a system must be for a program, by its wheel or by its error.

Sources: PEP 600 and its predecessors on what a manylinux tag promises (2020); the dynamic loader's
words, glibc elf/dl-version.c: version `GLIBC_2.34' not found (required by libfoo.so).
"""

from __future__ import annotations

import re

import msgspec

from gpucheck.compatibility.loaded import numbers
from gpucheck.compatibility.messages import Said

_WANTED = re.compile(
    r"(?:(?P<file>/\S+): )?version [`'‘](?P<kind>GLIBC|GLIBCXX|CXXABI)_(?P<release>[\d.]+)['’]"
    r" not found(?: \(required by (?P<by>[^)]{1,300})\))?"
)
_MANYLINUX = re.compile(r"manylinux_(\d+)_(\d+)_")
_OLD_TAGS = {"manylinux1_": (2, 5), "manylinux2010_": (2, 12), "manylinux2014_": (2, 17)}


class Wanted(msgspec.Struct, frozen=True):
    """A version of a library that a program did not find."""

    kind: str  # "GLIBC", "GLIBCXX", "CXXABI"
    release: str  # "2.34"
    file: str | None  # the library that lacks it: "/lib/x86_64-linux-gnu/libc.so.6"
    by: str | None  # what asked for it: "libtorch_cpu.so"


def wanted_in(said: Said) -> Wanted | None:
    """Return what a line of the loader asks for; None: it has another form."""
    found = _WANTED.search(said.line.text)
    if found is None:
        return None
    return Wanted(found["kind"], found["release"].rstrip("."), found["file"], found["by"])


def glibc_of_tags(tags: tuple[str, ...]) -> str | None:
    """Return the oldest glibc that a wheel's tags are content with; None: they name none."""
    found = [tuple(map(int, pair)) for tag in tags for pair in _MANYLINUX.findall(tag)]
    found += [glibc for tag in tags for name, glibc in _OLD_TAGS.items() if name in tag]
    return ".".join(map(str, min(found))) if found else None


def is_older(release: str, than: str) -> bool:
    """Tell whether a release of a library is older than another: 2.9 is older than 2.17."""
    return numbers(release) < numbers(than)
