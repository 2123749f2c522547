"""Poetry: a source of its own for PyTorch's builds, which nothing else is looked up in.

Source: Poetry's documentation, "Repositories", explicit package sources (2026-11).
"""

from __future__ import annotations

from gpucheck.suggest.explicit_builds import explicit_builds
from gpucheck.suggest.place import Command, Place, Steps
from gpucheck.suggest.plan import Plan
from gpucheck.suggest.pytorch_index import address, is_page


def steps(plan: Plan, place: Place) -> Steps:
    """Return Poetry's commands for the project."""
    plan = explicit_builds(plan, place)
    commands: list[Command] = []
    notes: list[str] = []
    if place.mirror:
        source = ("poetry", "source", "add", "--priority=primary", "mirror", place.mirror)
        commands.append((*source,))
    where = address(plan)
    from_there = plan.requirements_from_variant if where else ()
    others = [each for each in plan.requirements_of_wheels if each not in from_there]
    if where and is_page(plan):
        notes.append(f"Poetry takes no page of links: give it the wheels at {where} by address.")
    elif where:
        name = f"pytorch-{plan.variant}"
        commands.append(("poetry", "source", "add", "--priority=explicit", name, where))
        commands.append(("poetry", "add", "--source", name, *from_there))
    if others:
        commands.append(("poetry", "add", *others))
    notes += [
        f"{each} is compiled: install it with pip afterwards, --no-build-isolation."
        for each in plan.requirements_of_sources
    ]
    return Steps(commands=tuple(commands), notes=tuple(notes))
