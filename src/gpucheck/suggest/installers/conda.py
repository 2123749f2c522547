"""conda and mamba: PyTorch's channel while it had builds, else conda-forge."""

from __future__ import annotations

from gpucheck.suggest.conda_words import BY_CONDA, conda_words
from gpucheck.suggest.pip_commands import pip_steps
from gpucheck.suggest.place import Place, Steps
from gpucheck.suggest.plan import Plan


def steps(plan: Plan, place: Place) -> Steps:
    """Return conda's command; pip's where no channel has all of it."""
    program = "mamba" if place.manager == "mamba" else "conda"
    words = conda_words(plan, place)
    if words.lacking:
        lacking = ", ".join(words.lacking)
        note = f"conda-forge has no package known here for {lacking}, so pip takes all of it."
        return Steps(commands=pip_steps(plan, place).commands, notes=(note,))
    where = ("-p", place.prefix) if place.prefix else ()
    channels = [word for name in words.channels for word in ("-c", name)]
    command = (program, "install", *where, *channels, *words.specs)
    return Steps(commands=(command,), notes=() if words.is_chosen_here else (BY_CONDA,))
