"""Which CUDA majors the installed wheels of NVIDIA are for, and which of them overwrite others.

From CUDA 13 on most wheels have no "-cu13" in their names and a folder of their own (nvidia/cu13).
cuDNN, NCCL and NVSHMEM still share one folder between all majors (contents of their newest wheels
for CUDA 12 and 13; 2026-11-21).
"""

from __future__ import annotations

import re

from gpucheck.compatibility.loaded import cuda_major_of
from gpucheck.facts import Distribution, Facts
from gpucheck.tables import Tables

SHARED = ("nvidia-cudnn", "nvidia-nccl", "nvidia-nvshmem")
BOUND_TO_MAJOR = "nvidia-cudnn"
"""The one of them that loads CUDA's libraries of its own major, so that the other major's breaks.
"""
_SUFFIX = re.compile(r"(nvidia-[a-z0-9-]+?)-cu(\d\d)")


def wheels_by_major(facts: Facts, tables: Tables) -> dict[int, list[Distribution]]:
    """Return the wheels with CUDA libraries by the CUDA major that they are for."""
    plain = {row.pip_cu13 for row in tables.library_owners.rows}
    found: dict[int, list[Distribution]] = {}
    for distribution in facts.packages.value.distributions or ():
        suffix = _SUFFIX.fullmatch(distribution.name)
        if suffix:
            found.setdefault(int(suffix[2]), []).append(distribution)
        elif distribution.name in plain:
            found.setdefault(13, []).append(distribution)
    return found


def majors_beside(name: str, facts: Facts, tables: Tables) -> set[int]:
    """Return the CUDA majors that the environment has, apart from what a framework itself is for.

    Its wheels tell, and the other frameworks: not all of them come with wheels of NVIDIA.
    """
    others = (part.value for other, part in facts.installed.items() if other != name)
    built_for = {cuda_major_of(build) for build in others if build.is_cuda_build}
    return set(wheels_by_major(facts, tables)) | {major for major in built_for if major}


def overwritten(facts: Facts, tables: Tables) -> list[tuple[Distribution, Distribution]]:
    """Return pairs of wheels that put files of the same names into the same folder."""
    by_name: dict[str, list[Distribution]] = {}
    for wheels in wheels_by_major(facts, tables).values():
        for wheel in wheels:
            suffix = _SUFFIX.fullmatch(wheel.name)
            if suffix and suffix[1] in SHARED:
                by_name.setdefault(suffix[1], []).append(wheel)
    pairs = [sorted(wheels, key=lambda wheel: wheel.name) for wheels in by_name.values()]
    pairs.sort(key=lambda wheels: not wheels[0].name.startswith(BOUND_TO_MAJOR))
    return [
        (wheels[0], wheels[-1])
        for wheels in pairs
        if wheels[0].folder == wheels[-1].folder and wheels[0].name != wheels[-1].name
    ]
