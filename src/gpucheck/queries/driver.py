"""What goes with a driver release: the CUDA it offers, and what it runs."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import DriverBranchRow
from gpucheck.versions import DriverRelease


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    branches = tables.driver_branches
    try:
        driver = DriverRelease.parse(value)
    except ValueError:
        return unknown(subject, value, branches.name, (str(r.driver_branch) for r in branches.rows))
    says = [*_branch(driver, tables), *_cuda(driver, tables), *_devices(driver, tables)]
    newest = branches.rows[-1].driver_branch
    if not says or driver.major > newest or driver.major < branches.rows[0].driver_branch:
        return unknown(subject, value, branches.name, (str(r.driver_branch) for r in branches.rows))
    return Answer(f"{subject} {value}", tuple(says))


def _branch(driver: DriverRelease, tables: Tables) -> Iterator[Stated]:
    older = [row for row in tables.driver_branches.rows if row.driver_branch <= driver.major]
    if not older:
        return
    row, source = older[-1], tables.driver_branches.source_of(older[-1])
    shown = f"{driver.major}" if row.driver_branch == driver.major else f"{row.driver_branch}…"
    yield from stated("branch", shown, source)
    yield from stated("offers CUDA", row.driver_cuda, source)
    if row.driver_branch == driver.major:
        yield from stated("kind", row.kind, source)
        yield from stated("end of life", row.end_of_life or _over(row), source)


def _over(row: DriverBranchRow) -> str | None:
    return f"over by {row.ended_by}" if row.ended_by else None


def _cuda(driver: DriverRelease, tables: Tables) -> Iterator[Stated]:
    """Yield which CUDA majors it runs; drivers for Windows are numbered apart."""
    table = tables.cuda_minor_compat
    for row in table.rows:
        on_linux, on_windows = driver >= row.driver_linux, driver >= row.driver_windows
        runs = {(True, True): "yes", (False, False): "no"}.get(
            (on_linux, on_windows), "yes on Linux, no on Windows"
        )
        floor = f"from driver {row.driver_linux} on (Windows {row.driver_windows})"
        yield Stated(f"runs CUDA {row.cuda_major}.x", (runs, floor), table.source_of(row))


def _devices(driver: DriverRelease, tables: Tables) -> Iterator[Stated]:
    table = tables.architectures
    dropped = [
        row
        for row in table.rows
        if row.last_driver_branch is not None and row.last_driver_branch < driver.major
    ]
    if dropped:
        names = tuple(f"{row.compute_capability} ({row.architecture})" for row in dropped)
        yield Stated("no longer drives", names, table.source_of(dropped[-1]))


QUERY = Query(
    subjects=("driver",),
    sample="535.129",
    shows="the CUDA it offers, which CUDA majors it runs, which GPUs it no longer drives",
    answer=_answer,
)
