"""The compatibility questions, each a named function over versions and tables.

These are the only places where two kinds of version meet. Sources: the CUDA C++ Programming
Guide 13.4 (binary and PTX compatibility, family targets; 2026-09) and the CUDA Compatibility
guide, release 615 (minor-version compatibility; 2026-09-09).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverCuda, DriverRelease

DriverOs = Literal["Linux", "Windows"]
"""Whose driver numbers apply. WSL runs on the Windows driver and shows its numbers."""

FIRST_MINOR_COMPATIBLE_MAJOR = 11

_TARGET = re.compile(r"(?:sm|compute)_(\d+)(\d)([af]?)")


def driver_floor(
    cuda: BuiltForCuda, driver_os: DriverOs, tables: Tables
) -> Known[DriverRelease] | NotInTable:
    """Return the oldest driver on which a build for `cuda` runs at all.

    From CUDA 11 on that is the floor of the CUDA major (minor-version compatibility), unless the
    release itself is content with less; before, it is the release's own minimum.
    """
    own = full_support_driver(cuda, driver_os, tables)
    table = tables.cuda_minor_compat
    for row in table.rows:
        if row.cuda_major == cuda.major:
            floor = row.driver_windows if driver_os == "Windows" else row.driver_linux
            if isinstance(own, Known) and own.value < floor:
                return own
            return Known(floor, table.source_of(row))
    if cuda.major >= FIRST_MINOR_COMPATIBLE_MAJOR:
        return NotInTable(table.name, f"CUDA {cuda.major}")
    return own


def full_support_driver(
    cuda: BuiltForCuda, driver_os: DriverOs, tables: Tables
) -> Known[DriverRelease] | NotInTable:
    """Return the oldest driver that supports all of the first release with `cuda`'s minor."""
    table = tables.cuda_driver
    for row in table.rows:
        if (row.cuda.major, row.cuda.minor) == (cuda.major, cuda.minor):
            driver = row.driver_windows if driver_os == "Windows" else row.driver_linux
            if driver is None and row.driver_branch is not None and driver_os == "Linux":
                driver = DriverRelease((row.driver_branch,))
            if driver is not None:
                return Known(driver, table.source_of(row))
    return NotInTable(table.name, f"CUDA {cuda} on {driver_os}")


def is_newer_than_driver(cuda: BuiltForCuda, driver_cuda: DriverCuda) -> bool:
    """Tell whether a build's CUDA is newer than what the driver offers (then JIT code fails)."""
    return (cuda.major, cuda.minor) > (driver_cuda.major, driver_cuda.minor)


def newest_cuda_of(driver: DriverRelease, tables: Tables) -> Known[DriverCuda] | NotInTable:
    """Return the CUDA that a driver offers, by its branch."""
    table = tables.driver_cuda
    rows = [row for row in table.rows if row.driver_branch <= driver.major]
    if not rows or driver.major > table.rows[-1].driver_branch:
        return NotInTable(table.name, f"driver {driver}")
    return Known(rows[-1].driver_cuda, table.source_of(rows[-1]))


def last_driver_branch(capability: ComputeCapability | None, tables: Tables) -> int | None:
    """Return the last driver branch that supports a GPU; None: still supported, or not known."""
    for row in tables.architectures.rows:
        if capability == row.compute_capability:
            return row.last_driver_branch
    return None


def code_for(
    capability: ComputeCapability, sass: Iterable[str], ptx: Iterable[str]
) -> Literal["sass", "ptx", "none"]:
    """Tell what of a build's code runs on a device.

    `sass` holds names such as "sm_90" and "sm_90a", `ptx` such as "compute_90". Machine code
    runs on the same major with an equal or higher minor; an "a" target on exactly its own
    capability; PTX on every equal or higher capability, by the driver's compiler.
    """
    if any(_sass_runs(capability, target) for target in sass):
        return "sass"
    if any(_ptx_runs(capability, target) for target in ptx):
        return "ptx"
    return "none"


def capability_of_target(target: str) -> ComputeCapability | None:
    """Return the capability in a target's name: "sm_120" is 12.0. None: not such a name."""
    found = _TARGET.fullmatch(target)
    return ComputeCapability((int(found[1]), int(found[2]))) if found else None


def _sass_runs(capability: ComputeCapability, target: str) -> bool:
    made_for = capability_of_target(target)
    if made_for is None:
        return False
    if target.endswith("a"):
        return made_for == capability
    return made_for.major == capability.major and made_for <= capability


def _ptx_runs(capability: ComputeCapability, target: str) -> bool:
    made_for = capability_of_target(target)
    if made_for is None:
        return False
    if target.endswith("a"):
        return made_for == capability
    if target.endswith("f"):
        return made_for.major == capability.major and made_for <= capability
    return made_for <= capability
