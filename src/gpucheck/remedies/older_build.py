"""What to do about a driver that is too old for a build: a newer driver, or an older build."""

from __future__ import annotations

from gpucheck.compatibility.cards import last_branch_of_cards
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import install_driver_for
from gpucheck.remedies.packages import fitting_torch, install_torch
from gpucheck.tables import Tables
from gpucheck.versions import DriverRelease


def newer_driver_or_older_build(
    facts: Facts, tables: Tables, build: Framework, floor: DriverRelease
) -> Remedy:
    """Return how to upgrade the driver to `floor`, or which build this driver runs."""
    upgrade = install_driver_for(facts, tables, at_least=str(floor))
    last = last_branch_of_cards(facts, tables)
    is_last = last is not None and last < floor.major
    is_torch = build.name == "torch"
    if not is_torch or fitting_torch(facts, tables) is None:
        return upgrade
    other = install_torch(facts, tables)
    alternative = f"Or stay on this driver: {other.text[:1].lower()}{other.text[1:]}"
    return Remedy(f"{upgrade.text} {other.text if is_last else alternative}", other.commands)
