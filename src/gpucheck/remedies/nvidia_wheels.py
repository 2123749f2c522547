"""How to get back to NVIDIA's wheels of one CUDA major."""

from __future__ import annotations

from gpucheck.compatibility.loaded import cuda_major_of
from gpucheck.facts import Distribution, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install

TAKE_WHAT_IS_THERE = frozenset({"cuda-python", "numba-cuda"})
"""Packages that load the CUDA wheels they find; which major an extra brought them is not told."""


def keep_one_cuda_major(
    facts: Facts,
    by_major: dict[int, list[Distribution]],
    pairs: list[tuple[Distribution, Distribution]],
) -> Remedy:
    """Return how to remove the wheels of a major that nothing installed wants.

    Where both majors are wanted there are words: one of the packages has to change.
    """
    builds = [section.value for section in facts.installed.values()]
    majors = {cuda_major_of(build) for build in builds if build.is_cuda_build}
    spare = sorted(set(by_major) - majors)
    stale = [wheel.name for major in spare for wheel in by_major[major]]
    if len(majors & set(by_major)) != 1 or None in majors or _is_wanted(facts, stale):
        return Remedy(
            "Take builds of one CUDA major for all packages, or give each an environment of its"
            " own."
        )
    kept = tuple(
        f"{wheel.name}=={wheel.release}"
        for pair in pairs
        for wheel in pair
        if wheel.name not in stale
    )
    text = f"Remove the wheels of CUDA {', '.join(map(str, spare))}, which nothing here uses."
    if kept:
        text += " Then install again what they have overwritten."
    if facts.packages.value.environment_kind in {None, "pixi", "poetry", "system"}:
        return Remedy(f"{text} They are {', '.join(stale[:3])} and their kin.")
    options = ("--force-reinstall", "--no-deps")
    removal, restore = install(facts, text, *options, *kept, instead_of=tuple(stale)).commands
    return Remedy(text, (removal, restore) if kept else (removal,))


def _is_wanted(facts: Facts, names: list[str]) -> bool:
    """Tell whether something else requires one of these wheels, as XGBoost does NCCL's."""
    others = [d for d in facts.packages.value.distributions or () if d.name not in names]
    if any(other.name in TAKE_WHAT_IS_THERE for other in others):
        return True
    return any(line.startswith(tuple(names)) for other in others for line in other.requires)
