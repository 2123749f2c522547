"""Plans and conflicts for a machine in one line, for the tests of the solver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gpucheck.suggest import Conflict, Plan, parse, situation_of, solve
from gpucheck.suggest.offer import Offer
from gpucheck.tables import Tables
from make import facts

TABLES = Tables()
WINDOWS = {"os_name": "Windows", "architecture": "AMD64", "libc_name": None, "libc_release": None}
MACOS = {"os_name": "Darwin", "architecture": "arm64", "libc_name": None, "libc_release": None}
ARM = {"architecture": "aarch64"}


def solved(
    *wishes: str, is_cpu: bool = False, is_index_only: bool = False, **machine: Any
) -> Plan | Conflict:
    """Return what the solver says to wishes on a machine of `make.facts`."""
    situation = situation_of(facts(**machine), TABLES, is_cpu=is_cpu)
    return solve(parse(wishes), situation, TABLES, is_index_only=is_index_only)


def plan(*wishes: str, **machine: Any) -> Plan:
    """Return the plan, which there has to be."""
    found = solved(*wishes, **machine)
    assert isinstance(found, Plan), found
    return found


def conflict(*wishes: str, **machine: Any) -> Conflict:
    """Return the conflict, which there has to be."""
    found = solved(*wishes, **machine)
    assert isinstance(found, Conflict), found
    return found


def offer(name: str, found: Plan) -> Offer:
    """Return what was chosen for a wish."""
    (only,) = (choice.offer for choice in found.choices if choice.offer.name == name)
    return only


def says(texts: Sequence[str]) -> str:
    """Return sentences as one text."""
    return " ".join(texts)
