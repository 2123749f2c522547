"""What differs between two snapshots: what changed since it worked, or why it works over there.

In: facts or locks, twice. Out: `Difference` records, from the machine up to the packages.
"""

from __future__ import annotations

import msgspec

from gpucheck.comparable import NOT_KNOWN, Told, held_by_lock, told_by
from gpucheck.facts import Facts
from gpucheck.lock import Lock


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not the same."""

    area: str  # "Driver", "PyTorch", "packages"
    what: str  # "release"
    before: str | None  # None: it was not there; "not known": nobody could tell
    after: str | None


def differences(before: Facts, after: Facts) -> tuple[Difference, ...]:
    """Return all that differs, in the order of an overview."""
    return _compared(told_by(before), told_by(after))


def differences_of_locks(before: Lock | Facts, after: Lock | Facts) -> tuple[Difference, ...]:
    """Return what differs of that which locks hold."""
    return _compared(held_by_lock(before), held_by_lock(after))


def says_nothing(of: Facts | Lock) -> bool:
    """Tell whether there is nothing in it that could be compared."""
    return not any((held_by_lock(of) if isinstance(of, Lock) else told_by(of)).values.values())


def _compared(old: Told, new: Told) -> tuple[Difference, ...]:
    """Compare what both speak of: what one was not asked for is no difference."""
    keys = [*old.values, *(key for key in new.values if key not in old.values)]
    areas = list(dict.fromkeys(area for area, _ in keys))
    found = [
        Difference(*key, old.at(key), new.at(key))
        for key in keys
        if old.says(key) and new.says(key) and _differ(old.at(key), new.at(key))
    ]
    return tuple(sorted(found, key=lambda each: areas.index(each.area)))


def _differ(before: str | None, after: str | None) -> bool:
    """Tell whether two values differ; what is not known may as well not be there."""
    return before != after and {before, after} != {None, NOT_KNOWN}
