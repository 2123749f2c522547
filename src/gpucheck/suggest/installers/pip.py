"""pip."""

from __future__ import annotations

from gpucheck.suggest.pip_commands import pip_steps
from gpucheck.suggest.place import Place, Steps
from gpucheck.suggest.plan import Plan


def steps(plan: Plan, place: Place) -> Steps:
    """Return pip's commands."""
    return pip_steps(plan, place)
