"""The oldest drivers that run a CUDA."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated
from gpucheck.compatibility.drivers import driver_floor, full_support_driver
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda

PTX = "PTX only with the driver of that CUDA"
"""What minor-version compatibility leaves out: code that the driver compiles."""


def drivers_for(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the oldest drivers that run a build for `cuda`: "525.60.13 (Windows 528.33)"."""
    linux = driver_floor(cuda, "Linux", tables)
    windows = driver_floor(cuda, "Windows", tables)
    if isinstance(linux, Known):
        brackets = f" (Windows {windows.value})" if isinstance(windows, Known) else ""
        full = full_support_driver(cuda, "Linux", tables)
        is_less = isinstance(full, Known) and linux.value < full.value
        values = (f"{linux.value}{brackets}", *([PTX] if is_less else []))
        yield Stated("builds run from driver", values, linux.source)


def drivers_for_major(cuda_major: int, tables: Tables) -> Iterator[Stated]:
    """Yield the oldest drivers that run builds for any release of a CUDA major."""
    table = tables.cuda_minor_compat
    for row in table.rows:
        if row.cuda_major == cuda_major:
            drivers = f"{row.driver_linux} (Windows {row.driver_windows})"
            yield Stated("builds run from driver", (drivers,), table.source_of(row))
