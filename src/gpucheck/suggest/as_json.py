"""A plan or a conflict for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from gpucheck.suggest.place import Place, Steps
from gpucheck.suggest.plan import Choice, Conflict, Plan
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wheel_files import wheel_names

SCHEMA_VERSION = 1


def plan_json(plan: Plan, steps: Steps, place: Place, tables_date: str) -> dict[str, Any]:
    """Return a plan: releases, indexes, commands, why each, evidence."""
    return {
        **_head("plan", plan.situation, tables_date),
        "manager": place.manager,
        "choices": [_choice(choice) for choice in plan.choices],
        "requirements": list(plan.requirements),
        "bounds": [*plan.bounds, *plan.limits],
        "wheels": list(wheel_names(plan)),
        "commands": [place.shown(command) for command in steps.commands],
        "argv": [list(command) for command in steps.commands],
        "notes": list(steps.notes),
        "warnings": list(plan.warnings),
        "unlocks": list(plan.unlocks),
        "apart": [list(other.requirements) for other in plan.apart],
    }


def conflict_json(conflict: Conflict, tables_date: str) -> dict[str, Any]:
    """Return a conflict: wishes, reasons with their sources, what would help."""
    return {
        **_head("conflict", conflict.situation, tables_date),
        "wishes": list(conflict.wishes),
        "reasons": msgspec.to_builtins(conflict.reasons),
        "relax": list(conflict.relax),
        "apart": [list(plan.requirements) for plan in conflict.apart],
    }


def _head(kind: str, situation: Situation, tables_date: str) -> dict[str, Any]:
    machine = situation.machine
    return {
        "schema_version": SCHEMA_VERSION,
        "result": kind,
        "tables_date": tables_date,
        "for": {
            "platform": machine.platform,
            "python": machine.python,
            "glibc": machine.glibc,
            "driver_release": str(machine.driver) if machine.driver else None,
            "compute_capabilities": list(map(str, machine.capabilities)),
            "is_cpu": situation.is_cpu,
        },
    }


def _choice(choice: Choice) -> dict[str, Any]:
    offer = choice.offer
    return {
        "name": offer.name,
        "requirement": offer.requirement,
        "release": offer.release,
        "released": offer.released,
        "built_for_cuda": str(offer.build.cuda) if offer.build else None,
        "variant": offer.variant,
        "needs": offer.needs,
        "why": list(choice.why),
        "source": offer.source,
        "is_implied": choice.is_implied,
    }
