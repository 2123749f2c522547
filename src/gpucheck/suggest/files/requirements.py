"""requirements.txt, with the options for its indexes."""

from __future__ import annotations

from gpucheck.suggest.pip_commands import index_options
from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan


def written(plan: Plan, place: Place) -> str:
    """Return the file's text."""
    options = [option.replace("=", " ", 1) for option in index_options(plan, place)]
    lines = [*options, *plan.requirements_of_wheels]
    later = "# after the others, with --no-build-isolation:"
    lines += [f"{later} {source}" for source in plan.requirements_of_sources]
    return "\n".join(lines) + "\n"
