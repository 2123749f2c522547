"""`uv pip`: PyTorch's builds by uv's own option where other packages come along.

uv takes every package from the first index that has it, and PyTorch's has many in old releases
only; so beside others torch is asked for by `--torch-backend` (uv's guide on PyTorch, 2026-08).
"""

from __future__ import annotations

from gpucheck.suggest.explicit_builds import explicit_builds
from gpucheck.suggest.pip_commands import MADE
from gpucheck.suggest.place import Command, Place, Steps, in_the_way
from gpucheck.suggest.plan import Plan
from gpucheck.suggest.pytorch_index import address, is_all_from_there, is_page


def steps(plan: Plan, place: Place) -> Steps:
    """Return uv's commands."""
    plan = explicit_builds(plan, place)
    python = MADE if place.is_of_system else place.python
    option = ("--python", python) if python else ()
    commands: list[Command] = []
    if place.is_of_system:
        commands.append(("uv", "venv", "--python", place.python or "python", MADE))
    gone = in_the_way(plan, place)
    if gone and not place.is_of_system:
        commands.append(("uv", "pip", "uninstall", *option, *gone))
    install = ("uv", "pip", "install", *option)
    options = index_options(plan, place)
    commands.append((*install, *plan.requirements_of_wheels, *options))
    built = plan.requirements_of_sources
    commands += [(*install, each, "--no-build-isolation") for each in built]
    return Steps(commands=tuple(commands))


def index_options(plan: Plan, place: Place) -> tuple[str, ...]:
    """Return uv's options for the indexes of a plan."""
    mirror = (f"--default-index={place.mirror}",) if place.mirror else ()
    where = address(plan)
    if where is None:
        return mirror
    if is_page(plan):
        return (*mirror, f"--find-links={where}")
    if is_all_from_there(plan) and not mirror:
        return (f"--default-index={where}",)
    if plan.form == "index-url":
        return (*mirror, f"--torch-backend={plan.variant}")
    # Exact builds are asked for ("+cu117"), so the best match is the only one.
    return (*mirror, f"--index={where}", "--index-strategy=unsafe-best-match")
