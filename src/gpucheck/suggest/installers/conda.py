"""conda and mamba: PyTorch's channel while it had builds, else conda-forge."""

from __future__ import annotations

from gpucheck.suggest.conda_words import BY_CONDA, conda_words
from gpucheck.suggest.place import Command, Place, Steps
from gpucheck.suggest.plan import Plan


def steps(plan: Plan, place: Place) -> Steps:
    """Return conda's command, and pip's for what no channel has."""
    program = "mamba" if place.manager == "mamba" else "conda"
    words = conda_words(plan, place)
    where = ("-p", place.prefix) if place.prefix else ()
    channels = [word for name in words.channels for word in ("-c", name)]
    commands: list[Command] = []
    if words.specs:
        commands.append((program, "install", *where, *channels, *words.specs))
    notes = [] if words.is_chosen_here else [BY_CONDA]
    if words.lacking:
        lacking = ", ".join(words.lacking)
        notes.append(f"conda-forge has no package known here for {lacking}: take pip for all.")
    return Steps(commands=tuple(commands), notes=tuple(notes))
