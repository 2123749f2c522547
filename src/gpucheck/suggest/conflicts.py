"""Why wishes cannot be granted, each reason with its row, and what would help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import msgspec

from gpucheck.compatibility.builds import Misfit
from gpucheck.suggest.agreement import Agreement
from gpucheck.suggest.fitting import Fit, asked, fits_of, unfitting
from gpucheck.suggest.numpy_wheels import FIRST as NUMPY_PYTHONS
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.plan import Reason
from gpucheck.suggest.shelf import Shelf
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wishes import BYSTANDERS, Wish
from gpucheck.suggest.words import PLATFORMS, for_cuda, title

Solver = Callable[[Sequence[Wish], Situation], list[Offer]]
"""Returns what grants wishes in a situation; nothing: they cannot be granted."""

_NAME_OF = re.compile(r"[<>=!~]")
MAX_CLASHES = 4
LINUX_ONLY = {"jax", "tensorflow", "triton", "vllm"}
"""What has no CUDA build for Windows, or none any more (their installation pages, 2026-11)."""
DEFAULT_TORCH = "the torch that the package index serves, and none of its fits beside it here"
MOST = 40
"""Of how many offers a pair is looked for that goes together."""


def misfit_reasons(wishes: Sequence[Wish], situation: Situation, shelf: Shelf) -> Iterator[Reason]:
    """Yield why no release that a wish names fits: what stands against the nearest ones."""
    for wish in wishes:
        there = asked(wish, situation, shelf)
        wrong = [
            (offer, [each for each in unfitting(offer, situation, shelf.tables) if each.is_certain])
            for offer in there
        ]
        if not wrong:
            yield _nothing_named(wish, situation, shelf)
        elif all(said for _, said in wrong):
            yield from _nearest(wrong)


def _nearest(wrong: Sequence[tuple[Offer, list[Misfit]]]) -> Iterator[Reason]:
    """Yield, for each thing that alone stands against a release, the newest such release."""
    fewest = min(len(said) for _, said in wrong)
    newest: dict[tuple[str, ...], tuple[Offer, list[Misfit]]] = {}
    for offer, said in sorted(wrong, key=lambda pair: pair[0].version):
        if len(said) == fewest:
            newest[tuple(sorted(each.what for each in said))] = (offer, said)
    for offer, said in newest.values():
        yield Reason("; ".join(each.says for each in said), offer.source)


def _nothing_named(wish: Wish, situation: Situation, shelf: Shelf) -> Reason:
    """Return the reason where no release at all is what was asked for."""
    where = PLATFORMS.get(situation.platform, situation.platform)
    kind = "build without CUDA" if situation.is_cpu else "CUDA build"
    there = list(shelf.offers(wish.name, situation))
    tables = f"the tables of {shelf.tables.date}"
    if not there:
        return Reason(f"{tables} have no {kind} of {wish.name} for {where}")
    if wish.package:
        there = [offer for offer in there if offer.distribution == wish.package] or there
    versions = sorted({o.version for o in there if not o.version.is_prerelease})
    says = f"there is no {kind} of {wish.says} for {where}: {tables} have {versions[0]}"
    return Reason(f"{says} to {versions[-1]}", there[-1].source)


def bound_reasons(
    wishes: Sequence[Wish], bounds: Sequence[str], situation: Situation, shelf: Shelf
) -> Iterator[Reason]:
    """Yield for which wishes no release goes with the bounds, which are on NumPy and its like."""
    agreement = shelf.agreement(situation)
    asked_for = ", ".join(bounds)
    if not agreement.is_met(bounds):
        says = (
            f"nothing meets {asked_for}: what has wheels for Python {situation.python} counts too"
        )
        yield Reason(says)
        return
    for wish in wishes:
        fits = fits_of(wish, situation, shelf)
        if fits and not any(agreement.admits(fit.offer, bounds) for fit in fits):
            best = fits[0].offer
            about = tuple(_NAME_OF.split(bound)[0] for bound in bounds)
            own = [each for each in (*best.requires, *best.beside) if each.startswith(about)]
            says = f"{best.requirement} goes with {' and '.join(own)}; asked for, or with wheels"
            yield Reason(f"{says} for Python {situation.python}, is {asked_for}", best.source)


def clash_reasons(options: Sequence[Sequence[Fit]], agreement: Agreement) -> Iterator[Reason]:
    """Yield what the best offers of wishes that exclude each other ask for."""
    for ours, theirs in combinations(options, 2):
        if not ours or not theirs:
            continue
        pairs = ((one.offer, other.offer) for one in ours[:MOST] for other in theirs[:MOST])
        if any(_is_known(*pair) and agreement.holds(*pair) for pair in pairs):
            continue
        one, other = _plainest(ours), _plainest(theirs)
        for addon in (one, other):
            if addon.takes_default_torch and not agreement.holds(ours[0].offer, theirs[0].offer):
                yield Reason(f"{addon.requirement} is compiled against {DEFAULT_TORCH}")
        for clash in sorted(agreement.clashes(one, other), key=lambda c: c.name)[:MAX_CLASHES]:
            says = f"{clash.one}, but {clash.other}"
            yield Reason(says, "; ".join(dict.fromkeys((one.source, other.source))))


def _is_known(one: Offer, other: Offer) -> bool:
    """Tell whether enough is known to mix two offers: see the search."""
    is_plain = one.variant is None and other.variant is None
    return (
        is_plain or one.cuda_major == other.cuda_major or None in {one.cuda_major, other.cuda_major}
    )


def _plainest(fits: Sequence[Fit]) -> Offer:
    """Return the best offer of the package index: all its requirements are known."""
    return next((fit.offer for fit in fits if fit.offer.variant is None), fits[0].offer)


def relaxations(
    wishes: Sequence[Wish],
    situation: Situation,
    shelf: Shelf,
    solved: Solver,
    *,
    with_machines: bool,
) -> Iterator[str]:
    """Yield what would help: another release, another Python, a newer driver."""
    others = list(_other_releases(wishes, situation, solved))
    yield from others
    packages = [wish for wish in wishes if wish.name not in BYSTANDERS]
    free = [msgspec.structs.replace(wish, specifier="", package=None) for wish in packages]
    if not others and len(free) > 1 and (found := solved(free, situation)):
        names = " and ".join(f"{title(offer)}{for_cuda(offer)}" for offer in found)
        yield f"ask for no release: {names} go together"
    if with_machines:
        yield from _other_machines(wishes, situation, shelf, solved)


def _other_releases(wishes: Sequence[Wish], situation: Situation, solved: Solver) -> Iterator[str]:
    for at, wish in enumerate(wishes):
        if wish.name in BYSTANDERS:
            if solved([*wishes[:at], *wishes[at + 1 :]], situation):
                yield f"leave out {wish.says}"
        elif wish.specifier or wish.package:
            freed = msgspec.structs.replace(wish, specifier="", package=None)
            found = solved([*wishes[:at], freed, *wishes[at + 1 :]], situation)
            chosen = next((offer for offer in found if offer.name == wish.name), None)
            if chosen:
                beside = " and ".join(w.says for w in wishes if w is not wish)
                ending = f" goes with {beside}" if beside else " fits here"
                majors = {offer.cuda_major for offer in found} - {None}
                doubt = ", though with libraries of two CUDA majors" if len(majors) > 1 else ""
                says = f"{title(chosen)}{for_cuda(chosen)}{ending}{doubt}"
                yield f"ask for another {wish.name}: {says}"


def _other_machines(
    wishes: Sequence[Wish], situation: Situation, shelf: Shelf, solved: Solver
) -> Iterator[str]:
    driver = situation.machine.driver
    if driver is not None and solved(wishes, situation.without_driver()):
        yield f"upgrade the driver, which is {driver}"
    if situation.platform == "win_amd64" and any(wish.name in LINUX_ONLY for wish in wishes):
        yield "install it inside WSL2, where the builds for Linux run (plan it with --os linux)"
    for python in _other_pythons(wishes, situation, shelf):
        if solved(wishes, situation_with_python(situation, python)):
            yield f"use Python {python}"
            return


def situation_with_python(situation: Situation, python: str) -> Situation:
    """Return the situation of another Python on the same machine."""
    machine = msgspec.structs.replace(situation.machine, python=python)
    full = f"{python}.0"
    changed = {"python_version": python, "python_full_version": full}
    markers = {**situation.markers, **changed, "implementation_version": full}
    return msgspec.structs.replace(situation, machine=machine, markers=markers)


def _other_pythons(wishes: Sequence[Wish], situation: Situation, shelf: Shelf) -> list[str]:
    """Return the Pythons for which the wished-for releases have wheels, the nearest first."""
    offers = (offer for wish in wishes for offer in asked(wish, situation, shelf))
    named = {python.rstrip("+") for offer in offers for python in offer.python}
    listed = {python for python in named if "." in python and not python.endswith("t")}
    listed |= {*NUMPY_PYTHONS} if "3" in named else set()
    here = _number(situation.python)
    found = [each for each in listed if each != situation.python]
    return sorted(found, key=lambda each: abs(_number(each) - here))[:6]


def _number(python: str) -> int:
    major, _, minor = python.partition(".")
    return int(major or 0) * 100 + int(minor or 0)
