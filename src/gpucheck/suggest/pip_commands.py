"""What pip is told: PyTorch's index takes the place of the package index, or stands beside it."""

from __future__ import annotations

from gpucheck.suggest.explicit_builds import explicit_builds
from gpucheck.suggest.place import Command, Place, Steps, in_the_way
from gpucheck.suggest.plan import Plan
from gpucheck.suggest.pytorch_index import address, is_all_from_there, is_page

MADE = ".venv"


def pip_steps(plan: Plan, place: Place) -> Steps:
    """Return pip's commands; a distribution's own Python gets an environment first."""
    plan = explicit_builds(plan, place)
    python = place.python or "python"
    commands: list[Command] = []
    if place.is_of_system:
        commands.append((python, "-m", "venv", MADE))
        python = made_python(place)
    pip = (python, "-m", "pip")
    gone = in_the_way(plan, place)
    if gone and not place.is_of_system:
        commands.append((*pip, "uninstall", "-y", *gone))
    options = index_options(plan, place)
    commands.append((*pip, "install", *plan.requirements_of_wheels, *options))
    built = plan.requirements_of_sources
    commands += [(*pip, "install", each, "--no-build-isolation") for each in built]
    return Steps(commands=tuple(commands))


def made_python(place: Place) -> str:
    """Return the interpreter of the environment that is made where pip is refused."""
    return rf"{MADE}\Scripts\python" if place.os_name == "Windows" else f"{MADE}/bin/python"


def index_options(plan: Plan, place: Place) -> tuple[str, ...]:
    """Return pip's options for the indexes of a plan."""
    mirror = (f"--index-url={place.mirror}",) if place.mirror else ()
    where = address(plan)
    if where is None:
        return mirror
    if is_page(plan):
        return (*mirror, f"--find-links={where}")
    if is_all_from_there(plan) and not mirror:
        return (f"--index-url={where}",)
    return (*mirror, f"--extra-index-url={where}")
