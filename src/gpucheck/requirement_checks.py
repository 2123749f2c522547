"""Whether a machine meets what a job requires: yes, no, or not known, each with what was seen.

In: requirements and facts. Out: `Answered` records. Unknown is never taken for met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec
from packaging.version import Version

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.installed import version_of
from gpucheck.compatibility.program_devices import (
    ProgramDevice,
    cuda_devices,
    program_devices,
)
from gpucheck.compatibility.smoke import has_computed_right, is_out_of_memory
from gpucheck.compatibility.smoke_failures import failures
from gpucheck.facts import CUDA_DRIVER, Facts, Framework, Section, SmokeTest
from gpucheck.findings import Finding
from gpucheck.requirements import Requirement, tenths_of_gib
from gpucheck.visible_devices import VARIABLE

UNTOLD = {"failed", "garbled", "not_started"}
"""How a probe ends that says nothing about what it was to ask."""


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
    check = CHECKS.get(requirement.name, _framework)
    answer, seen = check(requirement, facts)
    if answer != "not_met" and check is _framework:
        answer, seen = _found_wrong(requirement.name, findings) or (answer, seen)
    return Answered(requirement, answer, seen)


Answer = tuple[Literal["met", "not_met", "unknown"], str]


def _found_wrong(name: str, findings: Sequence[Finding]) -> Answer | None:
    subject = f"framework/{name}"
    for cause in findings:
        for each in (cause, *cause.consequences):
            if each.subject == subject and each.severity == "error":
                return "not_met", f"{each.rule}: {each.message}"
    return None


def _gpus(requirement: Requirement, facts: Facts) -> Answer:
    devices = cuda_devices(facts)
    if devices is None:
        return "unknown", "CUDA does not tell how many GPUs there are"
    seen = f"CUDA programs see {_counted(len(devices))}{_masked(facts)}"
    return _judged(requirement, len(devices)), _with_error(seen, facts)


def _masked(facts: Facts) -> str:
    """Say which variable may hide the others."""
    mask = (facts.machine.value.environment or {}).get(VARIABLE)
    return "" if mask is None else f", with {VARIABLE}={mask!r}"


def _with_error(seen: str, facts: Facts) -> str:
    error = facts.cuda_driver.value.init_error
    return f"{seen}: cuInit returns {error.name or error.code}" if error else seen


def _of_every_gpu(
    requirement: Requirement,
    facts: Facts,
    what: str,
    read: Callable[[ProgramDevice], int | Version | str | None],
    shown: Callable[[ProgramDevice], str],
) -> Answer:
    """Judge a value of each visible device; one that does not meet it is enough."""
    devices = program_devices(facts)
    if devices == ():
        return "not_met", _with_error(f"CUDA programs see no GPU{_masked(facts)}", facts)
    if devices is None:
        return "unknown", "it is not known which GPUs CUDA programs get"
    seen = ", ".join(f"{device.place}: {shown(device)}" for device in devices)
    values = [read(device) for device in devices]
    known = [value for value in values if value is not None]
    if not all(_admits(requirement, value) for value in known):
        return "not_met", seen
    return ("met", seen) if len(known) == len(values) else ("unknown", f"the {what} is not told")


def _admits(requirement: Requirement, value: int | Version | str) -> bool:
    if isinstance(value, str):
        return any(re.search(_as_words(name), value.lower()) for name in requirement.subjects)
    return _judged(requirement, value) == "met"


def _as_words(name: str) -> str:
    """Return a pattern by which "a10" is in "nvidia a10", and neither in "a100" nor in "a10g"."""
    return rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])"


def _capability(requirement: Requirement, facts: Facts) -> Answer:
    def read(device: ProgramDevice) -> Version | None:
        return version_of(str(device.compute_capability)) if device.compute_capability else None

    def shown(device: ProgramDevice) -> str:
        return str(device.compute_capability or "not told")

    return _of_every_gpu(requirement, facts, "compute capability", read, shown)


def _memory(requirement: Requirement, facts: Facts) -> Answer:
    def read(device: ProgramDevice) -> int | None:
        size = device.memory_total_bytes
        return None if size is None else tenths_of_gib(size)

    def shown(device: ProgramDevice) -> str:
        tenths = read(device)
        return "not told" if tenths is None else f"{tenths / 10:.1f} GiB"

    return _of_every_gpu(requirement, facts, "memory", read, shown)


def _model(requirement: Requirement, facts: Facts) -> Answer:
    return _of_every_gpu(
        requirement, facts, "name", lambda each: each.name, lambda each: each.name or "unnamed"
    )


def _release(
    requirement: Requirement, what: str, release: object | None, has_none: str | None
) -> Answer:
    if has_none:
        return "not_met", has_none
    version = version_of(str(release)) if release is not None else None
    if version is None:
        return "unknown", f"the {what} is not known"
    return _judged(requirement, version), f"{what} {release}"


def _driver(requirement: Requirement, facts: Facts) -> Answer:
    driver = facts.driver.value
    has_none = "there is no NVIDIA GPU" if facts.has_nvidia_gpu is False else None
    return _release(requirement, "driver", driver.driver_release, has_none)


def _cuda(requirement: Requirement, facts: Facts) -> Answer:
    cuda = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    has_none = "there is no NVIDIA GPU" if facts.has_nvidia_gpu is False else None
    return _release(requirement, "CUDA of the driver", cuda, has_none)


def _python(requirement: Requirement, facts: Facts) -> Answer:
    return _release(requirement, "Python", facts.packages.value.python_release, None)


def _framework(requirement: Requirement, facts: Facts) -> Answer:
    """Judge a framework: it is to be installed, to import, and to see a GPU."""
    part = facts.frameworks.get(requirement.name)
    if part is None:
        return _not_listed(requirement.name, facts)
    return _not_there(requirement, part) or _not_working(part) or _sees_gpu(requirement.name, facts)


def _not_listed(name: str, facts: Facts) -> Answer:
    is_whole = facts.origin == "live" and facts.packages.is_ok
    if is_whole:
        return "not_met", f"{name} is not installed"
    return "unknown", "the installed packages are not known"


def _not_there(requirement: Requirement, part: Section[Framework]) -> Answer | None:
    if part.outcome == "absent":
        return "not_met", f"{requirement.name} is not installed"
    release = _release(requirement, requirement.name, part.value.release, None)
    return None if not requirement.bounds or release[0] == "met" else release


def _not_working(part: Section[Framework]) -> Answer | None:
    build = part.value
    if build.import_failure:
        return "not_met", f"{build.name} cannot be imported: {build.import_failure.message[:200]}"
    if part.outcome not in {"ok", "not_asked", "not_given"}:
        answer: Literal["not_met", "unknown"] = "unknown" if part.outcome in UNTOLD else "not_met"
        return answer, f"importing {build.name}: {part.reason or part.outcome}"
    if build.is_cuda_build is False:
        return "not_met", f"{build.name} {build.release} is built without CUDA"
    return None


def _sees_gpu(name: str, facts: Facts) -> Answer:
    part = facts.frameworks[name]
    build = part.value
    if build.is_gpu_usable is None:
        why = "it was not imported" if part.outcome == "not_asked" else "it does not tell"
        return _by_smoke(name, facts) or ("unknown", f"whether {name} sees a GPU: {why}")
    seen = f"{name} {build.release} sees {len(build.devices or ())} GPUs"
    return ("met" if build.is_gpu_usable else "not_met"), seen


def _by_smoke(name: str, facts: Facts) -> Answer | None:
    """Return what a smoke test proves; None: it proves nothing."""
    answer, seen = _smoke_of(name, facts)
    return None if answer == "unknown" else (answer, seen)


def _smoke(requirement: Requirement, facts: Facts) -> Answer:
    return _smoke_of(requirement.subjects[0], facts)


def _smoke_of(name: str, facts: Facts) -> Answer:
    part = facts.smoke.get(name)
    if part is None:
        return _not_tested(name, facts)
    if part.outcome == "refused":
        return "not_met", part.reason or part.outcome
    on_gpus = [device for device in part.value.devices if device.ordinal is not None]
    computed = [device for device in on_gpus if device.products]
    wrong = _wrong(name, part, facts)
    if wrong:
        return "not_met", wrong
    count = max(len(on_gpus), len(cuda_devices(facts) or ()))
    whole = [device for device in computed if not device.errors]
    why_not = part.value.errors[0].first_line if part.value.errors else part.reason or part.outcome
    is_whole = part.is_ok and not part.value.errors
    seen = f"{name} computed right on {len(whole)} of {_counted(count)}"
    is_met = is_whole and count and len(whole) == count
    return ("met" if is_met else "unknown"), seen if is_whole else f"{seen}: {why_not}"


def _wrong(name: str, part: Section[SmokeTest], facts: Facts) -> str | None:
    """Return what a test proves to be wrong; that the memory ran out proves nothing."""
    failure = next((each for each in failures(facts) if each.name == name), None)
    errors = [failure.error] if failure else part.value.errors
    error = next((each for each in errors if not is_out_of_memory(each)), None)
    if error:
        return error.first_line or part.reason or part.outcome
    computed = [device for device in part.value.devices if device.products]
    if not all(map(has_computed_right, computed)):
        return f"{name} computed wrongly"
    if any(d.ordinal is not None and verdict(d, facts).value == "not_used" for d in computed):
        return f"NVML saw no use of the GPU by {name}"
    return None


def _counted(gpus: int) -> str:
    return f"{gpus} GPU{'' if gpus == 1 else 's'}"


def _not_tested(name: str, facts: Facts) -> Answer:
    section = facts.frameworks.get(name)
    is_absent = section is None or section.outcome == "absent"
    if is_absent and name != CUDA_DRIVER:
        return _not_listed(name, facts)
    if cuda_devices(facts) == ():
        return "not_met", _with_error("CUDA programs see no GPU", facts)
    return "unknown", f"the smoke test of {name} was not run"


def _judged(requirement: Requirement, value: int | Version) -> Literal["met", "not_met"]:
    return "met" if all(bound.admits(value) for bound in requirement.bounds) else "not_met"


CHECKS: dict[str, Callable[[Requirement, Facts], Answer]] = {
    "gpus": _gpus,
    "compute_capability": _capability,
    "memory": _memory,
    "driver": _driver,
    "cuda": _cuda,
    "python": _python,
    "gpu": _model,
    "smoke": _smoke,
}


def check_all(
    requirements: Iterable[Requirement], facts: Facts, findings: Sequence[Finding] = ()
) -> tuple[Answered, ...]:
    """Answer each requirement."""
    return tuple(check_requirement(each, facts, findings) for each in requirements)
