"""Whether what several offers require fits into one environment, by the requirements' texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec

from gpucheck.compatibility.requirements import is_satisfiable, overwritten
from gpucheck.suggest.cuda_toolkit import NAME as TOOLKIT
from gpucheck.suggest.cuda_toolkit import has_release
from gpucheck.suggest.offer import Offer
from gpucheck.tables import Tables

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

_EXACT = re.compile(r"==([\d.]+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Clash(msgspec.Struct, frozen=True):
    """A package of which two offers ask for versions that exclude each other."""

    name: str  # "nvidia-cudnn-cu12"
    one: str  # who asks for what: "torch==2.6.0 requires nvidia-cudnn-cu12==9.1.0.70"
    other: str


class Agreement:
    """Compares requirements for the Python of one environment, each pair of texts once."""

    def __init__(self, markers: Mapping[str, str], tables: Tables) -> None:
        self._markers, self._tables = dict(markers), tables
        self._specifiers: dict[tuple[str, ...], dict[str, SpecifierSet]] = {}
        self._lines: dict[str, tuple[str, SpecifierSet] | None] = {}
        self._both: dict[tuple[str, str], bool] = {}
        self._pairs: dict[tuple[int, int], bool] = {}
        self._toolkits: dict[tuple[object, ...], bool] = {}

    def holds(self, one: Offer, other: Offer) -> bool:
        """Tell whether two offers go together."""
        key = (id(one), id(other))
        if key not in self._pairs:
            is_known = not (_is_unknown(one, other) or _is_unknown(other, one))
            self._pairs[key] = is_known and not any(self.clashes(one, other))
        return self._pairs[key]

    def holds_for_all(self, offers: Iterable[Offer], bounds: Iterable[str] = ()) -> bool:
        """Tell whether all offers together leave a version of everything."""
        sets = [self._of(offer) for offer in offers] + [self._specifiers_of(tuple(bounds))]
        joined: dict[str, SpecifierSet] = {}
        for specifiers in sets:
            for name, specifier in specifiers.items():
                joined[name] = joined[name] & specifier if name in joined else specifier
        return all(self._is_met(str(specifier), "") for specifier in joined.values())

    def admits(self, offer: Offer, bounds: Iterable[str]) -> bool:
        """Tell whether an offer leaves a version of what bounds are about; nothing else is read."""
        known = self._specifiers_of(tuple(bounds))
        lines = (*offer.requires, *offer.beside)
        about = tuple(line for line in lines if line.startswith(tuple(known)))
        named = self._specifiers_of(about)
        return all(
            self._is_met(str(known[name]), str(named[name])) for name in known.keys() & named.keys()
        )

    def is_met(self, bounds: Iterable[str]) -> bool:
        """Tell whether bounds leave a version of what they are about."""
        known = self._specifiers_of(tuple(bounds))
        return all(self._is_met(str(specifier), "") for specifier in known.values())

    def clashes(self, one: Offer, other: Offer) -> Iterator[Clash]:
        """Yield the packages on which two offers exclude each other."""
        yield from self._toolkit_clash(one, other)
        ours, theirs = self._of(one), self._of(other)
        for name in ours.keys() & theirs.keys():
            if not self._is_met(str(ours[name]), str(theirs[name])):
                yield Clash(name, _asks(one, name, ours[name]), _asks(other, name, theirs[name]))

    def _toolkit_clash(self, one: Offer, other: Offer) -> Iterator[Clash]:
        """Yield that no cuda-toolkit brings what one asks it for in the releases the other pins."""
        owner, pinning = (one, other) if _asks_toolkit(one) else (other, one)
        if not _asks_toolkit(owner) or not any(map(_is_of_cuda, pinning.requires)):
            return
        asked = tuple(line for o in (owner, pinning) for line in o.requires if _is_toolkit(line))
        pins = {n: s for o in (one, other) for n, s in self._of(o).items() if _is_of_cuda(n)}
        if not self._has_toolkit(asked, pins):
            words = asked[0].partition(";")[0].strip()
            first = f"{owner.requirement} requires {words}"
            yield Clash(TOOLKIT, first, f"{pinning.requirement} pins parts of no such release")

    def _has_toolkit(self, asked: tuple[str, ...], pins: dict[str, SpecifierSet]) -> bool:
        from packaging.requirements import Requirement

        key = (asked, tuple(sorted((name, str(pin)) for name, pin in pins.items())))
        if key not in self._toolkits:
            wanted = [each for each in map(Requirement, asked) if self._holds(each)]
            self._toolkits[key] = has_release(wanted, pins, self._tables)
        return self._toolkits[key]

    def _holds(self, wanted: Requirement) -> bool:
        marker = wanted.marker
        return marker is None or not self._markers or marker.evaluate(dict(self._markers))

    def overwritten(self, offers: Iterable[Offer]) -> tuple[str, ...]:
        """Return the pairs of wheels that overwrite each other's files."""
        pairs = combinations(list(offers), 2)
        found = (overwritten(a.requires, b.requires, self._markers) for a, b in pairs)
        return tuple(sorted({pair for each in found for pair in each}))

    def _of(self, offer: Offer) -> dict[str, SpecifierSet]:
        lines = (*offer.requires, *offer.beside, f"{_plain(offer.package)}=={offer.release}")
        return self._specifiers_of(lines)

    def _specifiers_of(self, lines: tuple[str, ...]) -> dict[str, SpecifierSet]:
        if lines not in self._specifiers:
            found: dict[str, SpecifierSet] = {}
            for name, specifier in filter(None, map(self._read, lines)):
                found[name] = found[name] & specifier if name in found else specifier
            self._specifiers[lines] = found
        return self._specifiers[lines]

    def _read(self, line: str) -> tuple[str, SpecifierSet] | None:
        """Return what a line asks of which package; None: it does not hold here."""
        if line not in self._lines:
            from packaging.requirements import Requirement
            from packaging.utils import canonicalize_name

            wanted = Requirement(line)
            asked = (canonicalize_name(wanted.name), wanted.specifier)
            self._lines[line] = asked if self._holds(wanted) else None
        return self._lines[line]

    def _is_met(self, one: str, other: str) -> bool:
        key = (one, other)
        if key not in self._both:
            self._both[key] = _is_met(one, other)
        return self._both[key]


def _is_unknown(one: Offer, other: Offer) -> bool:
    """Tell whether what one asks for is not known well enough to go with the other."""
    if one.variant and other.takes_default_torch:
        return True
    return one.has_unknown_pins and any(line.startswith("nvidia-") for line in other.requires)


def _is_met(one: str, other: str) -> bool:
    """Tell whether a version meets both; where one names a single one, only that is tried."""
    from packaging.specifiers import SpecifierSet

    for exact, rest in ((one, other), (other, one)):
        if pinned := _EXACT.fullmatch(exact):
            return SpecifierSet(rest).contains(pinned[1], prereleases=True)
    return is_satisfiable(SpecifierSet(one) & SpecifierSet(other))


def _asks_toolkit(offer: Offer) -> bool:
    return any(map(_is_toolkit, offer.requires))


def _is_toolkit(line: str) -> bool:
    return line.startswith(TOOLKIT)


def _is_of_cuda(line: str) -> bool:
    return line.startswith(("nvidia-", TOOLKIT))


def _asks(offer: Offer, name: str, specifier: SpecifierSet) -> str:
    if name == _plain(offer.package):
        return f"{offer.package}=={offer.release} is asked for"
    return f"{offer.package}=={offer.release} requires {name}{specifier}"


def _plain(package: str) -> str:
    found = _NAME.match(package)
    return found[0].lower().replace("_", "-") if found else package
