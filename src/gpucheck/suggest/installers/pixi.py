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
    asked = [c.offer.requirement for c in plan.choices if c.offer.name in words.lacking]
    if asked:
        commands.append(("pixi", "add", "--pypi", *asked))
    return Steps(commands=tuple(commands), notes=tuple(notes))
