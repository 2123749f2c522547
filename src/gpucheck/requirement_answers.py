"""What the answers to requirements have in common: a value is judged, and what was seen is said.

In: a requirement and a value. Out: an `Answer`.
"""

from __future__ import annotations

from typing import Literal

from packaging.version import Version

from gpucheck.compatibility.installed import version_of
from gpucheck.facts import Facts
from gpucheck.requirements import Requirement
from gpucheck.visible_devices import VARIABLE

Answer = tuple[Literal["met", "not_met", "unknown"], str]
"""And what was seen, or why nothing was."""


def judged(requirement: Requirement, value: int | Version) -> Literal["met", "not_met"]:
    """Tell whether a value is within all bounds."""
    return "met" if all(bound.admits(value) for bound in requirement.bounds) else "not_met"


def release_answer(
    requirement: Requirement, what: str, release: object | None, has_none: str | None
) -> Answer:
    """Judge a release; `has_none` says why there is none."""
    if has_none:
        return "not_met", has_none
    version = version_of(str(release)) if release is not None else None
    if version is None:
        return "unknown", f"the {what} is not known"
    return judged(requirement, version), f"{what} {release}"


def masked(facts: Facts) -> str:
    """Say which variable may hide the others."""
    mask = (facts.machine.value.environment or {}).get(VARIABLE)
    return "" if mask is None else f", with {VARIABLE}={mask!r}"


def with_error(seen: str, facts: Facts) -> str:
    """Add why CUDA cannot start."""
    error = facts.cuda_driver.value.init_error
    return f"{seen}: cuInit returns {error.name or error.code}" if error else seen
