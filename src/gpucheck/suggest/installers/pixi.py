"""pixi: conda-forge's builds, with the CUDA that the machine offers declared in the workspace.

Source: pixi's documentation, "PyTorch integration" and "System requirements" (2026-08).
"""

from __future__ import annotations

from gpucheck.suggest.conda_words import BY_CONDA, conda_words
from gpucheck.suggest.place import Command, Place, Steps
from gpucheck.suggest.plan import Plan


def steps(plan: Plan, place: Place) -> Steps:
    """Return pixi's commands for the workspace."""
    words = conda_words(plan, place)
    commands: list[Command] = []
    notes = [BY_CONDA]
    if place.driver_cuda and not plan.situation.is_cpu:
        declare = ("pixi", "workspace", "system-requirements", "add", "cuda", place.driver_cuda)
        commands.append((*declare,))
    if words.specs:
        commands.append(("pixi", "add", *words.specs))
    lacking = [choice.offer for choice in plan.choices if choice.offer.name in words.lacking]
    asked = [offer.requirement for offer in lacking if offer.is_wheel]
    if asked:
        commands.append(("pixi", "add", "--pypi", *asked))
    built = [offer.requirement for offer in lacking if not offer.is_wheel]
    notes += [f"{each} is compiled: install it with pip, --no-build-isolation." for each in built]
    return Steps(commands=tuple(commands), notes=tuple(notes))
