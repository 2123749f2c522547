"""What ended a smoke test, and what its error speaks for.

In: facts. Out: a failure for each test and device, those of the driver first. Memory that ran out
is none: it says nothing about driver or framework. Nor is a convolution that alone fails: that is
cuDNN's.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.compiled_for import compiled_for
from gpucheck.compatibility.messages import everything_said
from gpucheck.compatibility.smoke import TITLES, gpu_of, is_out_of_memory, is_right, tests
from gpucheck.facts import CUDA_DRIVER, Facts, Section, SmokeDevice, SmokeError, SmokeTest
from gpucheck.tables import Tables

FAULTS = {"crashed", "timed_out", "unkillable", "exited"}
"""How a test ends that was under way and told nothing more."""


class Failure(msgspec.Struct, frozen=True):
    """What ended a test."""

    name: str  # of the test: "torch", "cuda_driver"
    error: SmokeError
    device: SmokeDevice | None = None  # None: before it came to any

    @property
    def title(self) -> str:
        """What people call the test."""
        return TITLES.get(self.name, self.name)


def failures(facts: Facts) -> tuple[Failure, ...]:
    """Return what ended each test that failed, on each device, the driver's own first."""
    found = [failure for name, part in tests(facts) for failure in _failures(name, part)]
    return tuple(sorted(found, key=lambda each: each.name != CUDA_DRIVER))


def undecided(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the tests that ended before they computed, and how: they prove nothing."""
    for name, part in tests(facts):
        if not part.is_ok and not any(_failures(name, part)):
            at = f" at {part.stage}" if part.stage else ""
            yield name, f"{TITLES.get(name, name)}: {part.reason or part.outcome}{at}"


def is_driver_right(failure: Failure, facts: Facts) -> bool:
    """Tell whether the driver alone computed right on the device on which a framework failed."""
    part = facts.smoke.get(CUDA_DRIVER)
    devices = part.value.devices if part and part.is_ok and not part.value.errors else ()
    here = failure.device
    return any(
        any(map(is_right, device.products))
        for device in devices
        if here is None or here.ordinal == device.ordinal
    )


def rules_named(failure: Failure, facts: Facts, tables: Tables) -> set[str]:
    """Return the rules for which the words of an error speak."""
    text = failure.error.text
    return {said.rule for said in everything_said(facts, tables) if said.line.text in text}


def is_slight(failure: Failure, facts: Facts, tables: Tables) -> bool:
    """Tell whether a failure is no graver than its cause, GPU303 or GPU304, which only warn then.

    That is where a build lacks code for some of several GPUs, and where a test did not end since
    the driver has to compile all of the build's PTX first.
    """
    no_code = "GPU303" in rules_named(failure, facts, tables)
    return (no_code and _works_elsewhere(failure, facts)) or _is_compiling(failure, facts, tables)


def _works_elsewhere(failure: Failure, facts: Facts) -> bool:
    devices = facts.smoke[failure.name].value.devices
    return any(d != failure.device and any(map(is_right, d.products)) for d in devices)


def _is_compiling(failure: Failure, facts: Facts, tables: Tables) -> bool:
    part, build = facts.smoke[failure.name], facts.frameworks.get(failure.name)
    gpu = gpu_of(failure.device, facts) if failure.device else None
    if part.outcome != "timed_out" or build is None or gpu is None:
        return False
    compiled = compiled_for(build.value, facts, tables)
    return compiled is not None and compiled.is_jit_only(gpu.compute_capability)


def _failures(name: str, section: Section[SmokeTest]) -> Iterator[Failure]:
    test = section.value
    if test.error and not is_out_of_memory(test.error):
        yield Failure(name, test.error)
        return
    for device in test.devices:
        if error := _error_on(device):
            yield Failure(name, error, device)
        elif section.outcome in FAULTS and device.began_at and not device.ended_at:
            stage = (section.stage or "its start").removeprefix(f"GPU {device.ordinal}: ")
            yield Failure(name, SmokeError(stage=stage, message=section.reason or ""), device)


def _error_on(device: SmokeDevice) -> SmokeError | None:
    parts = [device.gradient]
    if device.ordinal is None or not any(map(is_right, device.products)):
        parts.append(device.convolution)
    errors = (device.error, *(part.error for part in parts if part))
    return next((each for each in errors if each and not is_out_of_memory(each)), None)
