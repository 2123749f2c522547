"""Everything that could be installed, looked up once for each kind of machine."""

from __future__ import annotations

from typing import Any

from gpucheck.suggest.agreement import Agreement
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.offers import offers
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables


class Shelf:
    """The tables' offers, and which of them go together; both are kept once worked out."""

    def __init__(self, tables: Tables, *, is_index_only: bool = False) -> None:
        self.tables = tables
        self._is_index_only = is_index_only
        self._offers: dict[tuple[str, str, str, bool], tuple[Offer, ...]] = {}
        self.fits: dict[tuple[Any, ...], Any] = {}  # what `fitting` has judged already
        self._agreements: dict[tuple[tuple[str, str], ...], Agreement] = {}

    def offers(self, name: str, situation: Situation) -> tuple[Offer, ...]:
        """Return the offers for a wish's name, the same objects for the same kind of machine."""
        key = (name, situation.platform, situation.python, situation.is_cpu)
        if key not in self._offers:
            found = offers(name, situation, self.tables)
            if self._is_index_only:
                found = (offer for offer in found if offer.variant is None)
            self._offers[key] = tuple(found)
        return self._offers[key]

    def agreement(self, situation: Situation) -> Agreement:
        """Return the comparison of requirements for a situation's Python."""
        key = tuple(sorted(situation.markers.items()))
        if key not in self._agreements:
            self._agreements[key] = Agreement(situation.markers, self.tables)
        return self._agreements[key]
