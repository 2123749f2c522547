"""Whether a framework, or a smoke test, is as required.

In: a requirement and facts. Out: an `Answer`. A framework is to be installed, in that release, to
import and to see a GPU; a test is to have computed right on every GPU, seen by NVML.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.program_devices import cuda_devices
from gpucheck.compatibility.smoke import has_computed_right, is_out_of_memory
from gpucheck.compatibility.smoke_failures import failures
from gpucheck.facts import CUDA_DRIVER, Facts, Framework, Section, SmokeTest
from gpucheck.findings import Finding, everything
from gpucheck.plurals import number_of
from gpucheck.requirement_answers import Answer, release_answer, with_error
from gpucheck.requirements import Requirement

UNTOLD = {"failed", "garbled", "not_started"}
"""How a probe ends that says nothing about what it was to ask."""


def framework(requirement: Requirement, facts: Facts) -> Answer:
    """Judge a framework: it is to be installed, to import, and to see a GPU."""
    part = facts.frameworks.get(requirement.name)
    if part is None:
        return _not_listed(requirement.name, facts)
    return _not_there(requirement, part) or _not_working(part) or _sees_gpu(requirement.name, facts)


def found_wrong(name: str, findings: Sequence[Finding]) -> Answer | None:
    """Return an error that the diagnosis found of a framework; None: none."""
    subject = f"framework/{name}"
    wrong = (e for e in everything(findings) if e.subject == subject and e.severity == "error")
    found = next(wrong, None)
    return ("not_met", f"{found.rule}: {found.message}") if found else None


def _not_listed(name: str, facts: Facts) -> Answer:
    is_whole = facts.origin == "live" and facts.packages.is_ok
    if is_whole:
        return "not_met", f"{name} is not installed"
    return "unknown", "the installed packages are not known"


def _not_there(requirement: Requirement, part: Section[Framework]) -> Answer | None:
    if part.outcome == "absent":
        return "not_met", f"{requirement.name} is not installed"
    release = release_answer(requirement, requirement.name, part.value.release, None)
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
    seen = f"{name} {build.release} sees {number_of(len(build.devices or ()), 'GPU')}"
    return ("met" if build.is_gpu_usable else "not_met"), seen


def _by_smoke(name: str, facts: Facts) -> Answer | None:
    """Return what a smoke test proves; None: it proves nothing."""
    answer, seen = _smoke_of(name, facts)
    return None if answer == "unknown" else (answer, seen)


def smoke_test(requirement: Requirement, facts: Facts) -> Answer:
    """Judge what a smoke test has computed."""
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
    seen = f"{name} computed right on {len(whole)} of {number_of(count, 'GPU')}"
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


def _not_tested(name: str, facts: Facts) -> Answer:
    section = facts.frameworks.get(name)
    is_absent = section is None or section.outcome == "absent"
    if is_absent and name != CUDA_DRIVER:
        return _not_listed(name, facts)
    if cuda_devices(facts) == ():
        return "not_met", with_error("CUDA programs see no GPU", facts)
    return "unknown", f"the smoke test of {name} was not run"
