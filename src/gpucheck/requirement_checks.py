"""Whether a machine meets what a job requires: yes, no, or not known, each with what was seen.

In: requirements and facts. Out: `Answered` records. Unknown is never taken for met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec
from packaging.version import Version

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.installed import version_of
from gpucheck.compatibility.smoke import is_right
from gpucheck.facts import CUDA_DRIVER, CudaDevice, Facts, Framework, Gpu, Section
from gpucheck.requirements import Requirement

NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
GIB = 1 << 30


class Answered(msgspec.Struct, frozen=True):
    """The answer to a requirement."""

    requirement: Requirement
    answer: Literal["met", "not_met", "unknown"]
    seen: str  # what was seen, or why nothing was


def check_requirement(requirement: Requirement, facts: Facts) -> Answered:
    """Tell whether a machine meets a requirement."""
    check = CHECKS.get(requirement.name, _framework)
    answer, seen = check(requirement, facts)
    return Answered(requirement, answer, seen)


Answer = tuple[Literal["met", "not_met", "unknown"], str]


def _devices(facts: Facts) -> tuple[CudaDevice, ...] | None:
    """Return the devices that CUDA programs see; None: that is not known."""
    cuda = facts.cuda_driver.value
    if cuda.devices is not None:
        return cuda.devices
    has_none = cuda.init_error is not None and cuda.init_error.code == NO_DEVICE
    return () if has_none or facts.has_nvidia_gpu is False or cuda.load_error else None


def _gpus(requirement: Requirement, facts: Facts) -> Answer:
    devices = _devices(facts)
    if devices is None:
        return "unknown", "CUDA does not tell how many GPUs there are"
    seen = f"CUDA programs see {len(devices)} GPU{'' if len(devices) == 1 else 's'}"
    return _judged(requirement, len(devices)), seen


def _of_every_gpu(
    requirement: Requirement,
    facts: Facts,
    what: str,
    read: Callable[[Gpu], int | Version | None],
    shown: Callable[[Gpu], str],
) -> Answer:
    """Judge a value of each visible GPU; one that does not meet it is enough."""
    devices, gpus = _devices(facts), facts.visible_gpus
    if devices == ():
        return "not_met", "CUDA programs see no GPU"
    if not gpus:
        return "unknown", "no tool lists the GPUs"
    seen = ", ".join(f"GPU {gpu.index}: {shown(gpu)}" for gpu in gpus)
    values = [read(gpu) for gpu in gpus]
    known = [value for value in values if value is not None]
    if any(_judged(requirement, value) == "not_met" for value in known):
        return "not_met", seen
    return ("met", seen) if len(known) == len(values) else ("unknown", f"the {what} is not told")


def _capability(requirement: Requirement, facts: Facts) -> Answer:
    def read(gpu: Gpu) -> Version | None:
        return version_of(str(gpu.compute_capability)) if gpu.compute_capability else None

    return _of_every_gpu(
        requirement, facts, "compute capability", read, lambda gpu: str(gpu.compute_capability)
    )


def _memory(requirement: Requirement, facts: Facts) -> Answer:
    def shown(gpu: Gpu) -> str:
        return f"{(gpu.memory_total_bytes or 0) / GIB:.1f} GiB"

    return _of_every_gpu(requirement, facts, "memory", lambda gpu: gpu.memory_total_bytes, shown)


def _model(requirement: Requirement, facts: Facts) -> Answer:
    devices, gpus = _devices(facts), facts.visible_gpus
    if devices == ():
        return "not_met", "CUDA programs see no GPU"
    names = [gpu.name for gpu in gpus]
    if not names or None in names:
        return "unknown", "the GPUs' names are not told"
    seen = ", ".join(f"GPU {gpu.index}: {gpu.name}" for gpu in gpus)
    fits = all(any(part in str(name).lower() for part in requirement.subjects) for name in names)
    return ("met" if fits else "not_met"), seen


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
        return "not_met", f"importing {build.name}: {part.reason or part.outcome}"
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
    errors = part.value.errors
    if errors or not part.is_ok:
        return "not_met", errors[0].first_line if errors else part.reason or part.outcome
    devices = [device for device in part.value.devices if device.products]
    if not devices:
        return "unknown", f"the smoke test of {name} computed nothing"
    if not all(is_right(product) for device in devices for product in device.products):
        return "not_met", f"{name} computed wrongly"
    if any(verdict(device, facts).value == "not_used" for device in devices):
        return "not_met", f"NVML saw no use of the GPU by {name}"
    return "met", f"{name} computed right on {len(devices)} GPUs"


def _not_tested(name: str, facts: Facts) -> Answer:
    section = facts.frameworks.get(name)
    is_absent = section is None or section.outcome == "absent"
    if is_absent and name != CUDA_DRIVER:
        return _not_listed(name, facts)
    if _devices(facts) == ():
        return "not_met", "CUDA programs see no GPU"
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


def check_all(requirements: Iterable[Requirement], facts: Facts) -> tuple[Answered, ...]:
    """Answer each requirement."""
    return tuple(check_requirement(each, facts) for each in requirements)
