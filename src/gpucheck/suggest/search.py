"""Search the offers of several wishes for those that go together at the least cost.

The cost of an offer is its age in days against the newest that fits; a later patch of an older
series counts as old as the series. Offers stand best first, so of those of one age the first wins.
What is installed and fits is kept before all else.

Whatever is taken, what no longer goes with it leaves the other lists at once, and the shortest list
comes next; so a set that cannot be completed is seen early. The number of steps is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from gpucheck.suggest.age import days_between
from gpucheck.suggest.agreement import Agreement
from gpucheck.suggest.fitting import Fit

CHANGE = 100_000.0
"""What it costs to leave an installed release that fits: more than any age."""
DOUBT = 10_000.0
PLACE = 0.001
MAX_STEPS = 400
"""Nobody's wishes were seen to need a tenth of these."""

Priced = list[tuple[float, Fit]]


class Found(msgspec.Struct, frozen=True):
    """Offers that go together."""

    fits: tuple[Fit, ...]
    cost: float
    is_mixed: bool  # with the libraries of several CUDA majors


class TooManyError(Exception):
    """The wishes leave more combinations than are tried."""


def search(options: Sequence[Sequence[Fit]], agreement: Agreement) -> Found | None:
    """Return the cheapest combination, one fit of each list; one CUDA major goes before several.

    Raises:
        TooManyError: it is not decided.
    """
    priced = [_priced(fits) for fits in options]
    majors = {fit.offer.cuda_major for fits in options for fit in fits} - {None}
    best: Found | None = None
    is_decided = True
    for major in sorted(majors, key=lambda major: major or 0, reverse=True):
        here = [[p for p in each if p[1].offer.cuda_major in {None, major}] for each in priced]
        try:
            # Of equals the newest CUDA stays.
            best = _cheapest(here, agreement, best)
        except TooManyError:
            is_decided = False
    if best:
        return best
    if not is_decided:
        raise TooManyError
    if not majors:
        return _cheapest(priced, agreement)
    # What another build of torch pins of CUDA's libraries is not known well enough to mix it in.
    plain = [[pair for pair in each if pair[1].offer.variant is None] for each in priced]
    return _cheapest(plain, agreement)


def _cheapest(
    priced: Sequence[Priced], agreement: Agreement, best: Found | None = None
) -> Found | None:
    """Return the cheapest of these, or what is already known to be no dearer."""
    lists = {at: list(_undominated(each)) for at, each in enumerate(priced)}
    return _Search(agreement, best).over(lists) if all(lists.values()) else best


class _Search:
    """One search, with the best that was found so far."""

    def __init__(self, agreement: Agreement, best: Found | None) -> None:
        self._agreement = agreement
        self._best = best
        self._steps = 0

    def over(self, lists: dict[int, Priced]) -> Found | None:
        """Return the cheapest that takes one of each list."""
        if all(self._have_pair(*two) for two in combinations(lists.values(), 2)):
            self._extend({}, lists, 0.0)
        return self._best

    def _have_pair(self, ours: Priced, theirs: Priced) -> bool:
        """Tell whether anything of two lists goes together; without it there is no set."""
        return any(self._holds(one[1], other[1]) for one in ours for other in theirs)

    def _extend(self, taken: dict[int, Fit], left: dict[int, Priced], cost: float) -> None:
        if not left:
            self._keep(taken, cost)
            return
        at = min(left, key=lambda at: len(left[at]))
        others = {other: each for other, each in left.items() if other != at}
        least = sum(each[0][0] for each in others.values())
        for price, fit in left[at]:
            if self._best and cost + price + least >= self._best.cost:
                return
            # The last list is not looked through: its first that fits is enough.
            if others or all(self._holds(fit, other) for other in taken.values()):
                self._step()
                rest = self._without_clashes(fit, others) if len(others) > 1 else others
                if all(rest.values()):
                    self._extend({**taken, at: fit}, rest, cost + price)

    def _without_clashes(self, fit: Fit, lists: dict[int, Priced]) -> dict[int, Priced]:
        return {
            at: [pair for pair in each if self._holds(fit, pair[1])] for at, each in lists.items()
        }

    def _holds(self, one: Fit, other: Fit) -> bool:
        return self._agreement.holds(one.offer, other.offer)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooManyError

    def _keep(self, taken: dict[int, Fit], cost: float) -> None:
        fits = tuple(taken[at] for at in sorted(taken))
        if self._agreement.holds_for_all(fit.offer for fit in fits):
            kinds = {fit.offer.cuda_major for fit in fits} - {None}
            self._best = Found(fits, cost, is_mixed=len(kinds) > 1)


def _undominated(priced: Priced) -> Iterator[tuple[float, Fit]]:
    """Yield what is not dearer than another that asks for the same; torch itself is asked for."""
    seen = set()
    for price, fit in sorted(priced, key=lambda pair: pair[0]):
        offer = fit.offer
        own = offer.release if offer.name == "torch" else ""
        asks = (offer.requires, offer.beside, offer.cuda_major, offer.takes_default_torch)
        key = (asks, own, offer.variant, offer.has_unknown_pins)
        if key not in seen:
            seen.add(key)
            yield price, fit


def _priced(fits: Sequence[Fit]) -> Priced:
    """Return each fit with its cost."""
    newest = max((fit.offer.released or "" for fit in fits), default="")
    is_kept = bool(fits and fits[0].rank[0])
    ages: dict[int, int] = {}
    age = 0
    # A release is as young as the oldest of those that are newer than it: never younger.
    for fit in sorted(fits, key=lambda fit: fit.offer.version, reverse=True):
        age = max(age, days_between(fit.offer.released, newest) if fit.offer.released else 0)
        ages[id(fit)] = age
    return [
        (
            ages[id(fit)]
            + CHANGE * (is_kept and not fit.rank[0])
            + DOUBT * bool(fit.doubts)
            + PLACE * place,
            fit,
        )
        for place, fit in enumerate(fits)
    ]
