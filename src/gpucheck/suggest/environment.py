"""What the environment at hand lacks, solved for it: the doctor's way to ask for a build.

What is installed stays where a build of it fits, and the CUDA major that is there already goes
before another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gpucheck.compatibility.installed import accepts, releases, version_of
from gpucheck.compatibility.nvidia_wheels import majors_beside
from gpucheck.facts import Facts
from gpucheck.suggest.bounds import bounds_of
from gpucheck.suggest.fitting import Fit, fits_of
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.plan import Choice, Plan
from gpucheck.suggest.shelf import Shelf
from gpucheck.suggest.situation import Situation, situation_of
from gpucheck.suggest.solver import solve
from gpucheck.suggest.wishes import COMPANIONS, Wish
from gpucheck.tables import Tables

IsWanted = Callable[[Offer], bool]


def best_offer(
    name: str, facts: Facts, tables: Tables, is_wanted: IsWanted = lambda _: True
) -> Offer | None:
    """Return the best release of a framework for this machine; None: none, or not to be told."""
    situation = situation_of(facts, tables)
    if situation.obstacle or situation.is_cpu:
        return None
    fits = fits_of(kept(name, facts), situation, Shelf(tables))
    majors = majors_beside(name, facts, tables)

    def rank(fit: Fit) -> tuple[object, ...]:
        is_kept, doubts, *rest = fit.rank
        is_there = not majors or fit.offer.cuda_major in majors
        return is_kept, doubts, is_there, *rest

    found = max((f for f in fits if is_wanted(f.offer)), key=rank, default=None)
    return found.offer if found else None


def torch_plan(facts: Facts, tables: Tables) -> Plan | None:
    """Return the torch for this machine with the companions that are installed; None: none fits."""
    situation = situation_of(facts, tables)
    if situation.obstacle or situation.is_cpu:
        return None
    present = releases(facts)
    beside = [name for name in COMPANIONS if name in present]
    for names in (["torch", *beside], ["torch"]):
        plan = solve([kept(name, facts) for name in names], situation, tables)
        if isinstance(plan, Plan):
            return plan
    return None


def release_beside_torch(name: str, torch: str, facts: Facts, tables: Tables) -> str | None:
    """Return the newest release of a companion or an add-on for an installed torch; None: none.

    Where a release takes any newer torch, the one that was made for this very torch is better.
    """
    situation = situation_of(facts, tables)
    offers = [fit.offer for fit in fits_of(Wish(name=name), situation, Shelf(tables))]
    named = {offer: _of_torch(offer) for offer in offers}
    fitting = [offer for offer, torches in named.items() if torches and accepts(torches, torch)]
    exact = [offer for offer in fitting if (named[offer] or "").startswith("==")]
    found = max(exact or fitting, key=lambda offer: offer.version, default=None)
    return found.release if found else None


def _of_torch(offer: Offer) -> str | None:
    """Return what an offer requires of torch: "==2.8.0"; None: nothing."""
    lines = (line for line in offer.requires if line.startswith("torch") and line[5:6] in "=<>!~")
    return next((line.removeprefix("torch") for line in lines), None)


def kept(name: str, facts: Facts) -> Wish:
    """Return the wish for what is installed, in its release."""
    part = facts.frameworks.get(name)
    release = part.value.release if part else releases(facts).get(name)
    version = version_of(release)
    return Wish(name=name, kept_release=version.public if version else None)


def plan_of(offers: Iterable[Offer], situation: Situation, tables: Tables) -> Plan:
    """Return a plan of offers that are known to fit."""
    chosen = tuple(offers)
    return Plan(
        situation=situation,
        choices=tuple(Choice(offer=offer) for offer in chosen),
        bounds=bounds_of(chosen, situation, tables),
    )
