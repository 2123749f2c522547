"""Whether a machine meets what a job requires: yes, no, or not known, each with what was seen.

In: requirements and facts. Out: `Answered` records. Unknown is never taken for met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from gpucheck.device_requirements import capability, gpus, memory, model
from gpucheck.facts import Facts
from gpucheck.findings import Finding
from gpucheck.framework_requirements import found_wrong, framework, smoke_test
from gpucheck.requirement_answers import Answer, release_answer
from gpucheck.requirements import Requirement


class Answered(msgspec.Struct, frozen=True):
    """The answer to a requirement."""

    requirement: Requirement
    answer: Literal["met", "not_met", "unknown"]
    seen: str  # what was seen, or why nothing was


def check_requirement(
    requirement: Requirement, facts: Facts, findings: Sequence[Finding] = ()
) -> Answered:
    """Tell whether a machine meets a requirement.

    A framework of which the diagnosis found an error is not fit for use, whatever it says itself.
    """
    check = CHECKS.get(requirement.name, framework)
    answer, seen = check(requirement, facts)
    if answer != "not_met" and check is framework:
        answer, seen = found_wrong(requirement.name, findings) or (answer, seen)
    return Answered(requirement, answer, seen)


def _driver(requirement: Requirement, facts: Facts) -> Answer:
    driver = facts.driver.value
    has_none = "there is no NVIDIA GPU" if facts.has_nvidia_gpu is False else None
    return release_answer(requirement, "driver", driver.driver_release, has_none)


def _cuda(requirement: Requirement, facts: Facts) -> Answer:
    cuda = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    has_none = "there is no NVIDIA GPU" if facts.has_nvidia_gpu is False else None
    return release_answer(requirement, "CUDA of the driver", cuda, has_none)


def _python(requirement: Requirement, facts: Facts) -> Answer:
    return release_answer(requirement, "Python", facts.packages.value.python_release, None)


CHECKS: dict[str, Callable[[Requirement, Facts], Answer]] = {
    "gpus": gpus,
    "compute_capability": capability,
    "memory": memory,
    "driver": _driver,
    "cuda": _cuda,
    "python": _python,
    "gpu": model,
    "smoke": smoke_test,
}


def check_all(
    requirements: Iterable[Requirement], facts: Facts, findings: Sequence[Finding] = ()
) -> tuple[Answered, ...]:
    """Answer each requirement."""
    return tuple(check_requirement(each, facts, findings) for each in requirements)
