"""Search the offers of several wishes for those that go together at the least cost.

The cost of an offer is its age in days against the newest that fits. Offers stand best first, so
of those of one age the first wins. What is installed and fits is kept before all else.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gpucheck.suggest.age import days_between
from gpucheck.suggest.agreement import Agreement
from gpucheck.suggest.fitting import Fit

CHANGE = 100_000.0
"""What it costs to leave an installed release that fits: more than any age."""
DOUBT = 10_000.0
PLACE = 0.001


class Found(msgspec.Struct, frozen=True):
    """Offers that go together."""

    fits: tuple[Fit, ...]
    cost: float
    is_mixed: bool  # with the libraries of several CUDA majors


def search(options: Sequence[Sequence[Fit]], agreement: Agreement) -> Found | None:
    """Return the cheapest combination, one fit of each list; one CUDA major goes before several."""
    majors = {fit.offer.cuda_major for fits in options for fit in fits} - {None}
    of_one = []
    for major in sorted(majors, key=lambda major: major or 0, reverse=True):
        here = [[f for f in fits if f.offer.cuda_major in {None, major}] for fits in options]
        found = _cheapest(options, here, agreement)
        of_one += [found] if found else []
    if of_one:
        return min(of_one, key=lambda found: found.cost)  # of equals the newest CUDA
    if not majors:
        return _cheapest(options, options, agreement)
    # What another build of torch pins of CUDA's libraries is not known well enough to mix it in.
    plain = [[fit for fit in fits if fit.offer.variant is None] for fits in options]
    return _cheapest(options, plain, agreement)


def _cheapest(
    options: Sequence[Sequence[Fit]],
    allowed: Sequence[Sequence[Fit]],
    agreement: Agreement,
) -> Found | None:
    """Go through the combinations, cheap ones first; leave a branch that cannot win."""
    priced = [
        sorted(((_cost(fit, fits), fit) for fit in kept), key=lambda pair: pair[0])
        for fits, kept in zip(options, allowed, strict=True)
    ]
    if not all(priced):
        return None
    least_left = [sum(fits[0][0] for fits in priced[depth:]) for depth in range(len(priced) + 1)]
    best: Found | None = None

    def extend(taken: tuple[Fit, ...], cost: float) -> None:
        nonlocal best
        depth = len(taken)
        if depth == len(priced):
            if agreement.holds_for_all(fit.offer for fit in taken):
                majors = {fit.offer.cuda_major for fit in taken} - {None}
                best = Found(taken, cost, is_mixed=len(majors) > 1)
            return
        for price, fit in priced[depth]:
            if best and cost + price + least_left[depth + 1] >= best.cost:
                return
            if all(agreement.holds(before.offer, fit.offer) for before in taken):
                extend((*taken, fit), cost + price)

    extend((), 0.0)
    return best


def _cost(fit: Fit, fits: Sequence[Fit]) -> float:
    newest = max((each.offer.released or "" for each in fits), default="")
    is_change = bool(fits[0].rank and fits[0].rank[0] and not fit.rank[0])
    place = fits.index(fit)
    return (
        days_between(fit.offer.released, newest)
        + CHANGE * is_change
        + DOUBT * bool(fit.doubts)
        + PLACE * place
    )
