"""Whether the GPUs that a program gets are as required: how many, which, with how much memory.

In: a requirement and facts. Out: an `Answer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from packaging.version import Version

from gpucheck.compatibility.installed import version_of
from gpucheck.compatibility.program_devices import ProgramDevice, cuda_devices, program_devices
from gpucheck.facts import Facts
from gpucheck.plurals import number_of
from gpucheck.requirement_answers import Answer, judged, masked, with_error
from gpucheck.requirements import Requirement, tenths_of_gib


def gpus(requirement: Requirement, facts: Facts) -> Answer:
    """Judge how many there are."""
    devices = cuda_devices(facts)
    if devices is None:
        return "unknown", "CUDA does not tell how many GPUs there are"
    seen = f"CUDA programs see {number_of(len(devices), 'GPU')}{masked(facts)}"
    return judged(requirement, len(devices)), with_error(seen, facts)


def capability(requirement: Requirement, facts: Facts) -> Answer:
    """Judge the compute capability of each."""

    def read(device: ProgramDevice) -> Version | None:
        return version_of(str(device.compute_capability)) if device.compute_capability else None

    def shown(device: ProgramDevice) -> str:
        return str(device.compute_capability or "not told")

    return _of_every_gpu(requirement, facts, "compute capability", read, shown)


def memory(requirement: Requirement, facts: Facts) -> Answer:
    """Judge the memory of each, in tenths of a GiB."""

    def read(device: ProgramDevice) -> int | None:
        size = device.memory_total_bytes
        return None if size is None else tenths_of_gib(size)

    def shown(device: ProgramDevice) -> str:
        tenths = read(device)
        return "not told" if tenths is None else f"{tenths / 10:.1f} GiB"

    return _of_every_gpu(requirement, facts, "memory", read, shown)


def model(requirement: Requirement, facts: Facts) -> Answer:
    """Judge the name of each."""
    return _of_every_gpu(
        requirement, facts, "name", lambda each: each.name, lambda each: each.name or "unnamed"
    )


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
        return "not_met", with_error(f"CUDA programs see no GPU{masked(facts)}", facts)
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
    return judged(requirement, value) == "met"


def _as_words(name: str) -> str:
    """Return a pattern by which "a10" is in "nvidia a10", and neither in "a100" nor in "a10g"."""
    return rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])"
