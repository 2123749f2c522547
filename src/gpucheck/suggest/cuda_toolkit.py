"""Whether the wheels that one side pins are of a release that `cuda-toolkit` can bring the other.

The meta-package `cuda-toolkit[cublas,nvrtc]==12.*` pins each component to its own CUDA release, so
a side that pins components of different releases leaves no `cuda-toolkit` for the other. Source:
the requirements of cuda-toolkit (table nvidia_wheels; 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    from gpucheck.tables import Tables

NAME = "cuda-toolkit"
FIRST_WITHOUT_SUFFIX = 13

_WHEELS = {
    **{name: f"nvidia-{name}" for name in ("cublas", "cufft", "cufile", "curand", "cusolver")},
    **{name: f"nvidia-{name}" for name in ("cusparse", "nvjitlink", "nvtx", "nvvm")},
    **{name: f"nvidia-cuda-{name}" for name in ("cccl", "cupti", "nvcc", "nvrtc")},
    "cudart": "nvidia-cuda-runtime",
}
"""The wheel of each extra, without "-cu12"."""


def has_release(
    asked: Iterable[Requirement], pins: Mapping[str, SpecifierSet], tables: Tables
) -> bool:
    """Tell whether a release of cuda-toolkit meets all that is asked of it, beside the pins."""
    wanted = list(asked)
    extras = {extra for each in wanted for extra in each.extras}
    return not wanted or any(
        all(each.specifier.contains(str(row.cuda), prereleases=True) for each in wanted)
        and all(_is_met(row.components, row.cuda.major, extra, pins) for extra in extras)
        for row in tables.nvidia_wheels.rows
    )


def _is_met(
    components: Mapping[str, str], major: int, extra: str, pins: Mapping[str, SpecifierSet]
) -> bool:
    plain = _WHEELS.get(extra)
    if plain is None:
        return True
    wheel = plain if major >= FIRST_WITHOUT_SUFFIX else f"{plain}-cu{major}"
    release = components.get(wheel)
    if release is None or wheel not in pins:
        return True
    return pins[wheel].contains(release, prereleases=True)
