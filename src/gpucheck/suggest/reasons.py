"""Why each release was chosen, what to be careful with, and what a newer driver would bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.compatibility.drivers import driver_floor, how_driver_runs, last_driver_branch
from gpucheck.compatibility.installed import version_of
from gpucheck.suggest.age import days_between
from gpucheck.suggest.fitting import Fit, asked, unfitting
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.shelf import Shelf
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wishes import Wish
from gpucheck.suggest.words import PLATFORMS, cuda_of, for_cuda, title
from gpucheck.tables import Known, Tables
from gpucheck.versions import DriverRelease

DAYS_A_YEAR = 365
OLD_DAYS = 548
"""From a year and a half on, a plan says why it is not newer."""


def whys_of(
    offer: Offer,
    wish: Wish,
    options: Sequence[Fit],
    found: Sequence[Fit],
    situation: Situation,
    shelf: Shelf,
) -> Iterator[str]:
    """Yield why a release was chosen: against newer ones, for the driver, for the GPU."""
    yield _against_newer(offer, wish, options, found, situation, shelf)
    if offer.build is None:
        return
    if situation.machine.driver is not None:
        yield from _for_driver(offer.build, situation.machine.driver, situation, shelf.tables)
    yield from _for_devices(offer.build, situation)
    doubts = unfitting(offer, situation, shelf.tables)
    yield from (f"not known: {doubt.says}" for doubt in doubts)
    if offer.variant is not None:
        yield f"the package index has no such build: PyTorch's own index has it, as {offer.variant}"


def _against_newer(
    offer: Offer,
    wish: Wish,
    options: Sequence[Fit],
    found: Sequence[Fit],
    situation: Situation,
    shelf: Shelf,
) -> str:
    kept = version_of(wish.kept_release)
    if kept and kept.public == offer.version.public:
        return f"{offer.release} is installed, and has a build that fits"
    newest = max(options, key=lambda fit: fit.offer.version)
    if newest.offer.version > offer.version:
        agreement = shelf.agreement(situation)
        others = [fit.offer for fit in found if fit.offer.name != offer.name]
        against = [each for each in others if not agreement.holds(newest.offer, each)]
        beside = " and ".join(f"{each.name} {each.release}" for each in against)
        clash = f"not beside {beside}" if beside else "not with the same CUDA as the others"
        return f"{newest.offer.release} fits as well, but {clash}"
    if wish.specifier.startswith("==") and "," not in wish.specifier:
        return f"{offer.release} is asked for"
    where = PLATFORMS.get(situation.platform, situation.platform)
    says = f"the newest {wish.says} with wheels for Python {situation.python} on {where}"
    stopped = _newer_that_does_not_fit(offer, wish, situation, shelf)
    return f"{says} that fits; {stopped}" if stopped else says


def _newer_that_does_not_fit(
    offer: Offer, wish: Wish, situation: Situation, shelf: Shelf
) -> str | None:
    """Return what stands against the newest release; None: nothing but its Python."""
    newer = [each for each in asked(wish, situation, shelf) if each.version > offer.version]
    found = [(each, list(unfitting(each, situation, shelf.tables))) for each in newer]
    told = [(each, said[0]) for each, said in found if said and said[0].what != "python"]
    if not told:
        return None
    _, misfit = max(told, key=lambda pair: pair[0].version)
    return misfit.says


def _for_driver(
    build: Build, driver: DriverRelease, situation: Situation, tables: Tables
) -> Iterator[str]:
    verdict = how_driver_runs(build.cuda, driver, situation.machine.driver_os, tables)
    if not isinstance(verdict, Known):
        return
    if "." not in cuda_of(build):
        yield f"driver {driver} runs CUDA {build.cuda.major} (from {verdict.value.floor} on)"
    elif verdict.value.way == "full":
        yield f"driver {driver} runs all of CUDA {build.cuda}"
    elif verdict.value.way == "minor version":
        full = verdict.value.full_support
        until = f"; what compiles at run time may need {full}" if full else ""
        yield (
            f"driver {driver} runs CUDA {build.cuda} by minor-version compatibility"
            f" (from {verdict.value.floor} on){until}"
        )


def _for_devices(build: Build, situation: Situation) -> Iterator[str]:
    for capability in situation.machine.capabilities:
        if build.targets is None:
            continue
        code = code_for(capability, *targets_of(build.targets))
        if code == "sass":
            yield f"it has machine code for compute capability {capability}"
        elif code == "ptx":
            yield f"compute capability {capability} runs its PTX, compiled at the first start"


def warnings_of(fits: Sequence[Fit], overwritten: Sequence[str], tables: Tables) -> Iterator[str]:
    """Yield what the user has to know before typing a plan's commands."""
    offers = [fit.offer for fit in fits]
    majors = sorted({offer.cuda_major for offer in offers if offer.cuda_major})
    if len(majors) > 1:
        both = " and ".join(map(str, majors))
        says = f"this puts libraries of CUDA {both} into one environment"
        spoilt = f", where {overwritten[0]} overwrite each other's files" if overwritten else ""
        yield f"{says}{spoilt}: an environment for each is safer"
    for fit in fits:
        offer = fit.offer
        if offer.needs:
            yield f"{title(offer)} needs {offer.needs} on the machine: pip does not bring it"
        if not fit.has_machine_code:
            yield f"{title(offer)} has only PTX for this GPU: the first start takes minutes"
    yield from _old(offers, str(tables.date))
    for retired in tables.retired_frameworks.rows:
        if any(offer.distribution in retired.packages for offer in offers):
            yield f"{retired.name} is no longer developed; {retired.replaced_by} replaces it"


def _old(offers: Sequence[Offer], today: str) -> Iterator[str]:
    """Yield which releases are old, in one sentence."""
    ages = {offer: days_between(offer.released, today) for offer in offers}
    old = {offer: days for offer, days in ages.items() if days >= OLD_DAYS}
    if old:
        names = ", ".join(f"{title(offer)} ({(offer.released or '')[:7]})" for offer in old)
        yield f"up to {max(old.values()) / DAYS_A_YEAR:.1f} years old: {names}"


def unlocks_of(
    chosen: Sequence[Offer], better: Sequence[Offer], situation: Situation, tables: Tables
) -> Iterator[str]:
    """Yield what a newer driver would bring, and whether there is one for these GPUs."""
    now = {offer.name: offer for offer in chosen}
    newer = [o for o in better if o.name in now and o.version > now[o.name].version]
    driver_os = situation.machine.driver_os
    known = [driver_floor(o.build.cuda, driver_os, tables) for o in newer if o.build]
    floors = [each.value for each in known if isinstance(each, Known)]
    if not floors:
        return
    floor = max(floors)
    lasts = [last_driver_branch(each, tables) for each in situation.machine.capabilities]
    if any(last is not None and last < floor.major for last in lasts):
        return
    what = " and ".join(f"{title(offer)}{for_cuda(offer)}" for offer in newer)
    yield f"driver {floor} or newer would allow {what}"
