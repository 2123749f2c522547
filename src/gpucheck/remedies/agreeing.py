"""Releases of the installed frameworks that go together, where the installed ones do not."""

from __future__ import annotations

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.solved import install_plan
from gpucheck.tables import Tables


def agreeing_releases(facts: Facts, tables: Tables) -> Remedy | None:
    """Return how to install releases that go together; None: the installed ones could, or unsure.

    Frameworks that are built for the CPU pin no CUDA libraries, and are left alone.
    """
    from gpucheck.suggest import Plan, Wish, situation_of, solve
    from gpucheck.suggest.environment import kept

    situation = situation_of(facts, tables)
    wishes = [kept(n, facts) for n, part in facts.installed.items() if part.value.is_cuda_build]
    known = [wish for wish in wishes if wish.kept_release]
    if situation.obstacle or len(known) < 2 or len(known) < len(wishes):  # noqa: PLR2004
        return None
    pinned = [Wish(name=wish.name, specifier=f"=={wish.kept_release}") for wish in known]
    if isinstance(solve(pinned, situation, tables), Plan):
        return None
    plan = solve([Wish(name=wish.name) for wish in known], situation, tables)
    if not isinstance(plan, Plan):
        return None
    names = " and ".join(f"{wish.name} {wish.kept_release}" for wish in known)
    return install_plan(facts, f"{names} cannot share an environment; these releases can.", plan)
