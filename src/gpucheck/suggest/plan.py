"""What solving ends in: a plan of what to install, or the conflict that prevents one."""

from __future__ import annotations

import msgspec

from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was chosen, and why this one."""

    offer: Offer
    why: tuple[str, ...] = ()  # sentences, the weightiest first
    specifier: str = ""  # what was asked for: ">=2.6"
    is_implied: bool = False  # nobody asked for it, but what was asked for needs it


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Releases that fit the machine and go together in one environment."""

    situation: Situation
    choices: tuple[Choice, ...]
    bounds: tuple[str, ...] = ()  # what is asked for beside them: "numpy<2"
    limits: tuple[str, ...] = ()  # the same, because it was wished for
    warnings: tuple[str, ...] = ()
    unlocks: tuple[str, ...] = ()  # what a newer driver would bring
    apart: tuple[Plan, ...] = ()  # plans of an environment each, where one is not advisable

    @property
    def requirements(self) -> tuple[str, ...]:
        """What pip is asked for, all of it."""
        return (*self.requirements_of_wheels, *self.requirements_of_sources)

    @property
    def requirements_of_wheels(self) -> tuple[str, ...]:
        """What pip is asked for at first: all that need not be compiled."""
        offers = [choice.offer for choice in self.choices]
        beside = [each for offer in offers for each in offer.beside]
        chosen = [offer.requirement for offer in offers if offer.is_wheel]
        return tuple(dict.fromkeys([*chosen, *beside, *self.bounds, *self.limits]))

    @property
    def requirements_of_sources(self) -> tuple[str, ...]:
        """What is compiled against the rest, once that is there."""
        return tuple(c.offer.requirement for c in self.choices if not c.offer.is_wheel)

    @property
    def requirements_from_variant(self) -> tuple[str, ...]:
        """What comes from PyTorch's own index."""
        return tuple(c.offer.requirement for c in self.choices if c.offer.variant)

    @property
    def names(self) -> set[str]:
        """The wishes that it grants: {"torch", "jax"}."""
        return {choice.offer.name for choice in self.choices}

    @property
    def distributions(self) -> set[str]:
        """The distributions that it installs by name: {"torch", "cupy-cuda12x"}."""
        return {choice.offer.distribution for choice in self.choices}

    @property
    def variant(self) -> str | None:
        """The part of PyTorch's own index that it takes: "cu126"; None: none of it."""
        return next((c.offer.variant for c in self.choices if c.offer.variant), None)

    @property
    def form(self) -> str | None:
        """How that index is named to pip."""
        return next((c.offer.form for c in self.choices if c.offer.variant), None)


class Reason(msgspec.Struct, frozen=True):
    """A requirement that cannot be met together with the others, and who says so."""

    says: str
    source: str = ""


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest set of wishes that cannot be granted here, with what stands against them."""

    situation: Situation
    wishes: tuple[str, ...]
    reasons: tuple[Reason, ...]
    relax: tuple[str, ...] = ()  # what would help, in words
    apart: tuple[Plan, ...] = ()  # plans of an environment each
