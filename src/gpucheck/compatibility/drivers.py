"""Whether a driver runs a CUDA, and how.

Source: the CUDA Compatibility guide, release 615 (minor-version and forward compatibility;
2026-09-09).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverCuda, DriverRelease

DriverOs = Literal["Linux", "Windows"]
"""Whose driver numbers apply. WSL runs on the Windows driver and shows its numbers."""

FIRST_MINOR_COMPATIBLE_MAJOR = 11

Way = Literal["full", "minor version", "forward", "no"]
"""How a driver runs a CUDA: all of it; without code compiled at run time; through a cuda-compat
package; not at all."""


class DriverVerdict(msgspec.Struct, frozen=True):
    """Whether a driver runs programs built for a CUDA, and what decides it."""

    way: Way
    floor: DriverRelease  # the oldest driver that runs them without a cuda-compat package
    full_support: DriverRelease | None  # the oldest that runs all of them; None: not known


def how_driver_runs(
    cuda: BuiltForCuda,
    driver: DriverRelease,
    driver_os: DriverOs,
    tables: Tables,
    *,
    compat_cuda: DriverCuda | None = None,
) -> Known[DriverVerdict] | NotInTable:
    """Tell how a driver runs a build for `cuda`.

    "minor version" excludes code that is compiled at run time (PTX, Numba, Triton): that needs
    "full". `compat_cuda` is the CUDA of an installed cuda-compat package, which only data-centre
    GPUs on Linux can use.
    """
    floor = driver_floor(cuda, driver_os, tables)
    if isinstance(floor, NotInTable):
        return floor
    full = full_support_driver(cuda, driver_os, tables)
    full_support = full.value if isinstance(full, Known) else None
    way: Way = "no"
    source = floor.source
    if full_support is not None and not is_below(driver, full_support):
        way = "full"
    elif not is_below(driver, floor.value):
        way = "minor version"
    elif compat_cuda is not None and not is_newer_than_driver(cuda, compat_cuda):
        package = forward_compatibility(compat_cuda, driver, tables)
        if isinstance(package, Known) and package.value == "usable":
            way, source = "forward", package.source
    return Known(DriverVerdict(way, floor.value, full_support), source)


def is_below(driver: DriverRelease, floor: DriverRelease) -> bool:
    """Tell whether a driver is older than a floor; "580.00" and "580" only name the branch."""
    if driver.major == floor.major and driver.minor == 0:
        return False
    return driver < floor


def forward_compatibility(
    compat_cuda: DriverCuda, driver: DriverRelease, tables: Tables
) -> Known[Literal["usable", "not needed", "not offered"]] | NotInTable:
    """Tell whether the cuda-compat package of `compat_cuda` works on a kernel driver."""
    row = tables.cuda_forward_compat.find(
        f"cuda-compat {compat_cuda} on driver branch {driver.major}",
        lambda row: row.compat_cuda == compat_cuda and row.driver_branch == driver.major,
    )
    return Known(row.value.support, row.source) if isinstance(row, Known) else row


@lru_cache(maxsize=1024)
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
        return table.lacks(f"CUDA {cuda.major}")
    return own


@lru_cache(maxsize=1024)
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
    return table.lacks(f"CUDA {cuda} on {driver_os}")


def is_newer_than_driver(cuda: BuiltForCuda, driver_cuda: DriverCuda) -> bool:
    """Tell whether a build's CUDA is newer than what the driver offers (then JIT code fails)."""
    return (cuda.major, cuda.minor) > (driver_cuda.major, driver_cuda.minor)


def newest_cuda_of(driver: DriverRelease, tables: Tables) -> Known[DriverCuda] | NotInTable:
    """Return the CUDA that a driver offers, by its branch."""
    table = tables.driver_branches
    rows = [row for row in table.rows if row.driver_branch <= driver.major]
    if not rows or driver.major > table.rows[-1].driver_branch:
        return table.lacks(f"driver {driver}")
    return Known(rows[-1].driver_cuda, table.source_of(rows[-1]))


def last_driver_branch(capability: ComputeCapability | None, tables: Tables) -> int | None:
    """Return the last driver branch that supports a GPU; None: still supported, or not known."""
    for row in tables.architectures.rows:
        if capability == row.compute_capability:
            return row.last_driver_branch
    return None
