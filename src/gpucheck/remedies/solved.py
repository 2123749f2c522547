"""Remedies that the solver of `gpucheck suggest-install` has found.

It is imported where it is asked: most runs of the doctor have nothing to mend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.tables import Tables

if TYPE_CHECKING:
    from gpucheck.suggest.offer import Offer
    from gpucheck.suggest.plan import Plan


def install_offer(facts: Facts, tables: Tables, text: str, offer: Offer) -> Remedy:
    """Return how to install one release into the inspected environment."""
    from gpucheck.suggest import situation_of
    from gpucheck.suggest.environment import plan_of

    plan = plan_of([offer], situation_of(facts, tables), tables)
    return install_plan(facts, text, plan)


def install_plan(facts: Facts, text: str, plan: Plan) -> Remedy:
    """Return how to carry out a plan with what the inspected environment uses."""
    from gpucheck.suggest.installers import installer
    from gpucheck.suggest.place import place_of

    place = place_of(facts, plan.names)
    steps = installer(place.manager).steps(plan, place)
    if place.is_of_system:
        text = f"{text} Do so in an environment of its own."
    elif place.manager in {"pixi", "poetry"}:
        text = f"{text} Do so in the project."
    said = " ".join([text, *steps.notes])
    return Remedy(said, tuple(map(place.shown, steps.commands)))
