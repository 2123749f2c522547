"""Read how much GPU memory others hold from what PyTorch prints when it runs out of it.

Samples, of releases before and since 2.1 (PyTorch, c10/cuda/CUDACachingAllocator.cpp):

    Tried to allocate 2.00 GiB (GPU 0; 23.65 GiB total capacity; 1.10 GiB already allocated; 512.00
    MiB free; 1.20 GiB reserved in total by PyTorch)
    Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB of which 512.00 MiB is free.
    Including non-PyTorch memory, this process has 1.60 GiB memory in use.
"""

from __future__ import annotations

import re

_SIZE = r"(\d{1,7}(?:\.\d{1,3})?) (bytes|KiB|MiB|GiB)"
_UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_TOTAL = re.compile(rf"(?:total capacity of {_SIZE}|{_SIZE} total capacity)")
_FREE = re.compile(rf"{_SIZE} (?:is )?free")
_OWN = re.compile(rf"(?:this process has {_SIZE} memory in use|{_SIZE} reserved in total)")


def held_by_others(text: str) -> float | None:
    """Return the share (0 to 1) of a GPU's memory that other processes hold; None: it is not told.

    Before release 2.1 the message leaves out what CUDA itself holds in this process, some hundred
    MiB, so that this counts as held by others.
    """
    if "Tried to allocate" not in text:
        return None
    total, free, own = (_bytes(pattern, text) for pattern in (_TOTAL, _FREE, _OWN))
    if not total or free is None or own is None:
        return None
    return max(0.0, (total - free - own) / total)


def _bytes(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text[:4000])
    if found is None:
        return None
    number, unit = (group for group in found.groups() if group is not None)
    return float(number) * _UNITS[unit]
