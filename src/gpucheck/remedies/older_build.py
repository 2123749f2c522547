"""What to do about a driver that is too old for a build: a newer driver, or an older build."""

from __future__ import annotations

from gpucheck.compatibility.drivers import last_driver_branch
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import install_driver
from gpucheck.remedies.packages import fitting_torch, install_torch
from gpucheck.tables import Tables
from gpucheck.versions import DriverRelease


def newer_driver_or_older_build(
    facts: Facts, tables: Tables, build: Framework, floor: DriverRelease
) -> Remedy:
    """Return how to upgrade the driver to `floor`, or which build this driver runs."""
    upgrade = install_driver(facts.machine.value, at_least=str(floor))
    last_branches = [last_driver_branch(gpu.compute_capability, tables) for gpu in facts.gpus]
    last = min(filter(None, last_branches), default=None)
    is_last = last is not None and last < floor.major
    if is_last:
        upgrade = Remedy(f"No newer driver helps: branch {last} is the last for this GPU.")
    is_torch = build.name == "torch"
    if not is_torch or fitting_torch(facts, tables) is None:
        return upgrade
    other = install_torch(facts, tables)
    alternative = f"Or stay on this driver: {other.text[:1].lower()}{other.text[1:]}"
    return Remedy(f"{upgrade.text} {other.text if is_last else alternative}", other.commands)
