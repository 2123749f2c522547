"""What the name of a wheel says: its release, Pythons, platform and C library.

Sources: PEP 427 (file names), PEP 600 and its table of legacy names (manylinux), PEP 425 (tags).
"""

from __future__ import annotations

import re

from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion

LEGACY_MANYLINUX = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
"""glibc by the tag's old name (PEP 600)."""

_CPYTHON = re.compile(r"cp(\d)(\d+)")
_ANY_PYTHON = re.compile(r"py(\d)(\d*)")
_MANYLINUX = re.compile(r"(manylinux\d+|manylinux_(\d+)_(\d+)|linux)_(\w+)")
_MACOS = re.compile(r"macosx_\d+_\d+_(\w+)")


def tags_of(filename: str) -> frozenset[Tag]:
    """Return the tags in a wheel's file name; none, when it is no wheel's name."""
    try:
        return parse_wheel_filename(filename)[3]
    except (InvalidWheelFilename, InvalidVersion):
        return frozenset()


def pythons_of(filename: str) -> set[str]:
    """Return the Pythons of a wheel: "3.12", "3.13t", "3.8+" (stable ABI), "3" (any 3)."""
    return {_python(tag) for tag in tags_of(filename)}


def _python(tag: Tag) -> str:
    if found := _CPYTHON.fullmatch(tag.interpreter):
        is_free_threaded = tag.abi.startswith("cp") and "t" in tag.abi[2:]
        suffix = "+" if tag.abi == "abi3" else "t" if is_free_threaded else ""
        return f"{found[1]}.{found[2]}{suffix}"
    if found := _ANY_PYTHON.fullmatch(tag.interpreter):
        return f"{found[1]}.{found[2]}+" if found[2] else found[1]
    return tag.interpreter


def platforms_of(filename: str) -> set[str]:
    """Return the platforms of a wheel: "linux_x86_64", "win_amd64", "macos_arm64", "any"."""
    return {_platform(tag.platform) for tag in tags_of(filename)}


def _platform(name: str) -> str:
    if found := _MANYLINUX.fullmatch(name):
        return f"linux_{found[4]}"
    if found := _MACOS.fullmatch(name):
        # "intel" holds code for i386 and x86_64.
        return f"macos_{'x86_64' if found[1] == 'intel' else found[1]}"
    return name


def glibc_of(filename: str) -> str | None:
    """Return the oldest glibc a wheel's name promises to run on; None: it promises nothing."""
    promised = [
        LEGACY_MANYLINUX.get(found[1]) or (found[2] and f"{found[2]}.{found[3]}")
        for tag in tags_of(filename)
        if (found := _MANYLINUX.fullmatch(tag.platform))
    ]
    known = [glibc for glibc in promised if glibc]
    return min(known, key=lambda glibc: tuple(map(int, glibc.split(".")))) if known else None


def python_order(python: str) -> tuple[int, int, str]:
    """Sort key of Pythons: "3.9" before "3.13", "3.13" before "3.13t"."""
    numbers = re.match(r"(\d+)(?:\.(\d+))?(.*)", python)
    if numbers is None:
        return (99, 0, python)
    return (int(numbers[1]), int(numbers[2] or 0), numbers[3])
