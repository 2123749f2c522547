"""Find the releases that grant all wishes in one environment, or say why there are none.

Pure: wishes, situation and tables in; a `Plan` or a `Conflict` out. Two requirements exclude each
other when no version meets both; that is decided by their texts alone (in a trial this agreed with
a real resolver in 92 of 93 pairs of torch and TensorFlow).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gpucheck.suggest.bounds import bounds_of
from gpucheck.suggest.conflicts import bound_reasons, clash_reasons, misfit_reasons, relaxations
from gpucheck.suggest.fitting import Fit, fits_of
from gpucheck.suggest.numpy_wheels import numpy_span
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.plan import Choice, Conflict, Plan, Reason
from gpucheck.suggest.reasons import unlocks_of, warnings_of, whys_of
from gpucheck.suggest.search import Found, TooManyError, search
from gpucheck.suggest.shelf import Shelf
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wishes import ADDONS, BYSTANDERS, COMPANIONS, Wish
from gpucheck.tables import Tables

NEEDS_TORCH = {*COMPANIONS, *ADDONS} - {"triton"}

NAMELESS_TORCHAUDIO = tuple(f"0.{minor}." for minor in range(10))
"""These bear no "+cuXXX" (PyTorch, "Previous versions": 0.9.1 beside torch 1.9.1+cu111)."""

UNDECIDED = Reason(
    "these leave more combinations than are tried: ask for fewer at a time, or name releases"
)
TOGETHER = Reason("each two of these go together, but no set of releases grants all of them")


def solve(
    wishes: Sequence[Wish], situation: Situation, tables: Tables, *, is_index_only: bool = False
) -> Plan | Conflict:
    """Return what to install, or what cannot hold together.

    `is_index_only` leaves out what PyTorch's own index alone has.
    """
    if situation.obstacle:
        says = tuple(wish.says for wish in wishes)
        return Conflict(situation=situation, wishes=says, reasons=(Reason(situation.obstacle),))
    attempt = Attempt(wishes, situation, Shelf(tables, is_index_only=is_index_only))
    return attempt.plan() or _conflict(attempt)


class Attempt:
    """One try to grant wishes in one environment."""

    def __init__(self, wishes: Iterable[Wish], situation: Situation, shelf: Shelf) -> None:
        self.asked, self.situation, self.shelf = tuple(wishes), situation, shelf
        self.wishes = with_implied(self.asked)
        self.agreement = shelf.agreement(situation)
        self.limits = tuple(wish.says for wish in self.asked if wish.name in BYSTANDERS)
        self.span = numpy_span(situation.python)
        self.options = [self._fits(wish) for wish in self.wishes]
        self.found: Found | None = None
        self.is_decided = True
        if all(self.options):
            self._search()

    def _search(self) -> None:
        try:
            self.found = search(self.options, self.agreement)
        except TooManyError:
            self.is_decided = False

    def again(self, wishes: Iterable[Wish], situation: Situation | None = None) -> Attempt:
        """Return a try with other wishes, or in another situation."""
        return Attempt(wishes, situation or self.situation, self.shelf)

    def plan(self) -> Plan | None:
        """Return what was found as a plan; None: nothing was."""
        return _plan(self, self.found) if self.found else None

    def _fits(self, wish: Wish) -> list[Fit]:
        fits = fits_of(wish, self.situation, self.shelf)
        fits = [fit for fit in fits if self.agreement.admits(fit.offer, self.span)]
        if not self.limits:
            return fits
        # Beside a bound that the user sets, only what goes with it is of any use.
        return [f for f in fits if self.agreement.holds_for_all([f.offer], self._bounds([f.offer]))]

    def _bounds(self, offers: Sequence[Offer]) -> tuple[str, ...]:
        own = bounds_of(offers, self.situation, self.shelf.tables)
        return (*own, *self.limits, *self.span)


def with_implied(wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """Return the wishes for packages, with torch where only its companions are wished for."""
    named = [wish for wish in wishes if wish.name not in BYSTANDERS]
    names = {wish.name for wish in named}
    if names & NEEDS_TORCH and "torch" not in names:
        named.insert(0, Wish(name="torch", is_implied=True))
    # What everything else is built against is settled first.
    return tuple(sorted(named, key=lambda wish: wish.name != "torch"))


def _plan(attempt: Attempt, found: Found) -> Plan:
    situation, tables = attempt.situation, attempt.shelf.tables
    chosen = [
        _like_torch(fit, options, found)
        for fit, options in zip(found.fits, attempt.options, strict=True)
    ]
    offers = [fit.offer for fit in chosen]
    plan = Plan(
        situation=situation,
        choices=tuple(
            Choice(
                offer=fit.offer,
                why=tuple(whys_of(fit.offer, wish, options, found.fits, situation, attempt.shelf)),
                specifier=wish.specifier,
                is_implied=wish.is_implied,
            )
            for fit, wish, options in zip(chosen, attempt.wishes, attempt.options, strict=True)
        ),
        bounds=bounds_of(offers, situation, tables),
        limits=attempt.limits,
    )
    overwritten = attempt.agreement.overwritten(offers)
    return msgspec.structs.replace(
        plan,
        warnings=tuple(warnings_of(chosen, overwritten, tables)),
        unlocks=tuple(_unlocks(attempt, offers)),
        apart=_apart(attempt) if found.is_mixed else (),
    )


def _like_torch(fit: Fit, options: Sequence[Fit], found: Found) -> Fit:
    """Return torchvision and torchaudio in the build of their torch.

    Of releases that take any newer torch, another index surely has the one that came with this one.
    """
    torch = next((f.offer for f in found.fits if f.offer.name == "torch"), None)
    if fit.offer.name not in COMPANIONS or torch is None or torch.variant is None:
        return fit
    if fit.offer.name == "torchaudio" and fit.offer.release.startswith(NAMELESS_TORCHAUDIO):
        return fit
    same = [other for other in options if other.offer.requires == fit.offer.requires]
    changed = {"variant": torch.variant, "form": torch.form}
    return msgspec.structs.replace(fit, offer=msgspec.structs.replace(same[-1].offer, **changed))


def _unlocks(attempt: Attempt, offers: Sequence[Offer]) -> list[str]:
    """Return what a newer driver would bring; none where it would bring nothing."""
    situation = attempt.situation
    if situation.machine.driver is None:
        return []
    other = attempt.again(attempt.asked, situation.without_driver())
    better = [fit.offer for fit in other.found.fits] if other.found else []
    return list(unlocks_of(offers, better, situation, attempt.shelf.tables))


def _conflict(attempt: Attempt) -> Conflict:
    """Return the smallest set of wishes that cannot be granted, with what would help."""
    if not attempt.is_decided:
        says = tuple(wish.says for wish in attempt.asked)
        return Conflict(situation=attempt.situation, wishes=says, reasons=(UNDECIDED,))
    smallest = _smallest(attempt)
    reasons = tuple(misfit_reasons(smallest.wishes, smallest.situation, smallest.shelf))
    if not reasons:
        bounds = (*smallest.limits, *smallest.span)
        bound = bound_reasons(smallest.wishes, bounds, smallest.situation, smallest.shelf)
        clash = clash_reasons(smallest.options, smallest.agreement)
        reasons = (*bound, *clash) or (TOGETHER,)

    def solved(wishes: Sequence[Wish], situation: Situation) -> list[Offer]:
        found = attempt.again(wishes, situation).found
        return [fit.offer for fit in found.fits] if found else []

    return Conflict(
        situation=attempt.situation,
        wishes=tuple(wish.says for wish in smallest.asked),
        reasons=reasons,
        relax=tuple(
            relaxations(
                smallest.asked,
                smallest.situation,
                smallest.shelf,
                solved,
                # Pins that exclude each other do so everywhere.
                with_machines=not all(smallest.options),
            )
        ),
        apart=_apart(attempt),
    )


def _smallest(attempt: Attempt) -> Attempt:
    """Return a try that fails, and would not without any one of its wishes."""
    for wish in attempt.asked:
        fewer = [other for other in attempt.asked if other is not wish]
        if not all(other.name in BYSTANDERS for other in fewer):
            tried = attempt.again(fewer)
            if tried.found is None and tried.is_decided:
                return _smallest(tried)
    return attempt


def _apart(attempt: Attempt) -> tuple[Plan, ...]:
    """Return plans of an environment each, as few as go with one CUDA major; none: one fails."""
    limits = [wish for wish in attempt.asked if wish.name in BYSTANDERS]
    tries: list[Attempt] = []
    for wish in attempt.asked:
        if wish.name in BYSTANDERS:
            continue
        for at, tried in enumerate(tries):
            both = attempt.again([*tried.asked, wish])
            if both.found and not both.found.is_mixed:
                tries[at] = both
                break
        else:
            tries.append(attempt.again([wish, *limits]))
    plans = [tried.plan() for tried in tries]
    return tuple(plan for plan in plans if plan) if len(plans) > 1 and all(plans) else ()
