"""Which CUDA releases a driver runs: wholly, without code compiled at run time, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.answers import Stated
from gpucheck.answers.releases import spans
from gpucheck.compatibility.drivers import (
    FIRST_MINOR_COMPATIBLE_MAJOR,
    DriverOs,
    driver_floor,
    full_support_driver,
    is_newer_than_driver,
    newest_cuda_of,
)
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import CudaMinorCompatRow
from gpucheck.versions import BuiltForCuda, DriverRelease

_NEWEST = 9999


class AskedDriver(msgspec.Struct, frozen=True):
    """A driver as it was asked for."""

    release: DriverRelease
    systems: tuple[DriverOs, ...]  # whose numbers it can be
    is_branch: bool = False  # a branch alone, which stands for its newest release

    @property
    def compared(self) -> DriverRelease:
        """The release that floors are compared with."""
        parts = (self.release.major, _NEWEST)
        return DriverRelease(parts) if self.is_branch else self.release


def runs(asked: AskedDriver, tables: Tables) -> Iterator[Stated]:
    """Yield what the driver does with each CUDA major since 11, and with older releases."""
    yield from _before_11(asked, tables)
    for row in tables.cuda_minor_compat.rows:
        source = tables.cuda_minor_compat.source_of(row)
        yield Stated(f"runs CUDA {row.cuda_major}.x", tuple(_major(row, asked, tables)), source)


def _before_11(asked: AskedDriver, tables: Tables) -> Iterator[Stated]:
    """Yield the older releases that it runs; each has a minimum of its own."""
    table = tables.cuda_driver
    old = [row for row in table.rows if row.cuda.major < FIRST_MINOR_COMPATIBLE_MAJOR]
    cudas = list(dict.fromkeys(BuiltForCuda(row.cuda.parts[:2]) for row in old))
    told = {}
    for system in asked.systems:
        run = [c for c in cudas if _is_at_least(driver_floor(c, system, tables), asked.compared)]
        shown = spans(map(str, run), map(str, cudas))
        told[system] = ", ".join(shown) or "none"
    yield Stated("runs CUDA before 11", tuple(_joined(told)), table.source_of(old[-1]))


def _major(row: CudaMinorCompatRow, asked: AskedDriver, tables: Tables) -> Iterator[str]:
    if all(asked.compared < _floor(row, system) for system in asked.systems):
        windows = f" (Windows {row.driver_windows})" if len(asked.systems) > 1 else ""
        yield f"no, needs {_floor(row, asked.systems[0])} or newer{windows}"
    else:
        yield from _joined({system: _on(row, system, asked, tables) for system in asked.systems})
    major, driver = row.cuda_major, asked.release
    if "Linux" in asked.systems and asked.compared < row.driver_linux:
        table = tables.cuda_forward_compat
        usable = [
            compat.compat_cuda
            for compat in table.rows
            if (compat.driver_branch, compat.support) == (driver.major, "usable")
            and compat.compat_cuda.major == major
        ]
        if usable:
            yield f"on Linux with data-centre GPUs: with cuda-compat, up to {max(usable)}"


def _floor(row: CudaMinorCompatRow, system: DriverOs) -> DriverRelease:
    return row.driver_linux if system == "Linux" else row.driver_windows


def _on(row: CudaMinorCompatRow, system: DriverOs, asked: AskedDriver, tables: Tables) -> str:
    """Return how it runs a CUDA major on one system."""
    if asked.compared < _floor(row, system):
        return f"no, needs {_floor(row, system)} or newer"
    cudas = _minors(row.cuda_major, tables)
    full = [cuda for cuda in cudas if _is_full(cuda, system, asked, tables)]
    rest = [cuda for cuda in cudas if cuda not in full]
    if not rest:
        return "yes, all of it"
    every = list(map(str, cudas))
    wholly = f"all of {', '.join(spans(map(str, full), every))}; " if full else ""
    without = ", ".join(spans(map(str, rest), every))
    return f"yes: {wholly}{without} without code that is compiled at run time"


def _is_full(cuda: BuiltForCuda, system: DriverOs, asked: AskedDriver, tables: Tables) -> bool:
    """Tell whether it runs all of a CUDA: by that CUDA's own minimum, else by what it offers."""
    minimum = full_support_driver(cuda, system, tables)
    if isinstance(minimum, Known):
        return asked.compared >= minimum.value
    offered = newest_cuda_of(asked.release, tables)
    return isinstance(offered, Known) and not is_newer_than_driver(cuda, offered.value)


def _minors(cuda_major: int, tables: Tables) -> list[BuiltForCuda]:
    rows = (row for row in tables.cuda_driver.rows if row.cuda.major == cuda_major)
    return list(dict.fromkeys(BuiltForCuda(row.cuda.parts[:2]) for row in rows))


def _is_at_least(floor: object, driver: DriverRelease) -> bool:
    return isinstance(floor, Known) and bool(driver >= floor.value)


def _joined(told: dict[DriverOs, str]) -> Iterator[str]:
    """Yield what holds for every system once, or else for each apart."""
    if len(set(told.values())) == 1:
        yield next(iter(told.values()))
        return
    for system, text in told.items():
        yield f"{system}: {text}"
