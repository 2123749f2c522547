"""Which CUDA release a value means: "12.8", "cu128", "V12.4.131" of nvcc."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Stated, stated
from gpucheck.answers.releases import Choice

_VARIANT = re.compile(r"cu(?:da)?[ -]?(\d{1,2})(\d)", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(r"(?:cuda|cu)[ -]?(\d.*)", re.IGNORECASE | re.ASCII)
_OF_NVCC = re.compile(r"(?<![\w.])V(\d{1,2}\.\d{1,2}\.\d{1,3})(?![\w.])", re.ASCII)
_BUILD = re.compile(r"v?(\d{1,2}\.\d{1,2})\.[1-9]\d{1,2}", re.IGNORECASE | re.ASCII)
"""The number of a build has two digits at least, that of an update one."""


def asked_release(value: str) -> str:
    """Return the release that a value names: 12.8 of "cu128", 12.4.131 of nvcc's own line."""
    if variant := _VARIANT.fullmatch(value):
        return ".".join(variant.groups())
    found = _NAMED.fullmatch(value) or _OF_NVCC.search(value)
    return found[1] if found else value


def without_build(asked: str) -> str:
    """Return the minor release of which nvcc prints a build, such as 12.4 of 12.4.131; or ""."""
    found = _BUILD.fullmatch(asked)
    return found[1] if found else ""


def shown(asked: str, choice: Choice, source: str) -> Iterator[Stated]:
    """Yield which release is shown, where a value left that open; all updates count as one."""
    minor = _minor(choice.release)
    if "." not in asked:
        others = [each for each in dict.fromkeys(map(_minor, choice.others)) if each != minor]
        yield Stated("shown", (f"CUDA {minor}, the newest",), source)
        yield from stated("there is also", tuple(others), source)
    elif without_build(asked) and asked.removeprefix("v") != choice.release:
        yield Stated(
            "shown", (f"CUDA {minor}: {asked} is a build of a part, such as nvcc",), source
        )


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])
