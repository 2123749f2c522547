"""What a finding about smoke tests is about: a GPU, or one framework on it.

In: devices under test and facts. Out: subjects of findings and the places in their words.
"""

from __future__ import annotations

from collections.abc import Iterable

from gpucheck.compatibility.smoke import Tested, gpu_of
from gpucheck.facts import CUDA_DRIVER, Facts, SmokeDevice


def place_of(device: SmokeDevice, facts: Facts) -> str:
    """Return where was computed; a GPU has NVML's number, which a mask does not change."""
    if device.ordinal is None:
        return "the CPU"
    gpu = gpu_of(device, facts)
    return f"GPU {device.ordinal if gpu is None else gpu.index}"


def subject_on(device: SmokeDevice, facts: Facts) -> str:
    """Return the subject of a finding about the device itself: "gpu/0"."""
    gpu = gpu_of(device, facts)
    return "driver" if gpu is None else f"gpu/{gpu.index}"


def by_culprit(
    bad: Iterable[Tested], good: Iterable[Tested], facts: Facts
) -> dict[str, list[Tested]]:
    """Group what went badly by the subject that is to blame.

    A framework is to blame where another test went well on the same device, or on the CPU; the
    GPU where none did, and where the test without a framework went badly.
    """
    bad = tuple(bad)
    fit = {_key(each) for each in good} - {_key(each) for each in bad if each.name == CUDA_DRIVER}
    blamed: dict[str, list[Tested]] = {}
    for each in bad:
        is_framework = each.device.ordinal is None or _key(each) in fit
        subject = each.subject if is_framework else subject_on(each.device, facts)
        blamed.setdefault(subject, []).append(each)
    return blamed


def in_words(group: list[Tested], facts: Facts) -> tuple[str, str]:
    """Return who and where: ("PyTorch", "GPU 0"), ("3 tests", "GPU 0 and GPU 1")."""
    titles = dict.fromkeys(each.title for each in group)
    places = dict.fromkeys(place_of(each.device, facts) for each in group)
    return next(iter(titles)) if len(titles) == 1 else f"{len(titles)} tests", " and ".join(places)


def _key(each: Tested) -> str | int | None:
    return each.device.uuid or each.device.ordinal
