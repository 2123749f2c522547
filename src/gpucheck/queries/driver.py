"""What goes with a driver release: the CUDA it offers, and what it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.cuda_of_driver import AskedDriver, runs
from gpucheck.compatibility.drivers import DriverOs
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import DriverBranchRow
from gpucheck.versions import DriverRelease

_WRITTEN = re.compile(r"(?:driver |v)?(\d{1,4}(?:\.\d{1,4}){0,2})", re.IGNORECASE | re.ASCII)
_OF_WINDOWS = re.compile(r"\d+\.\d+\.\d*(\d)\.(\d{2})(\d{2})", re.ASCII)
"""As Windows shows a driver: the last five digits of 31.0.15.5161 are 551.61."""
_FOR_LINUX = re.compile(r"\d+(?:\.\d{3,4}|\.\d+\.\d+|)", re.ASCII)
"""A branch, 535.129, 535.54.03: numbers of Windows have two parts, the second of two digits."""


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    branches = tables.driver_branches
    asked = _asked(value)
    known = [row.driver_branch for row in branches.rows]
    if asked is None or not known[0] <= asked.release.major <= known[-1]:
        return unknown(subject, value, branches.name, map(str, known))
    says = [
        *_branch(asked, tables),
        *runs(asked, tables),
        *_devices(asked.release, tables),
    ]
    return Answer(f"{subject} {value}", tuple(says))


def _asked(value: str) -> AskedDriver | None:
    windows = _OF_WINDOWS.fullmatch(value)
    if windows:
        text = f"{windows[1]}{windows[2]}.{windows[3]}"
        return AskedDriver(DriverRelease.parse(text), ("Windows",))
    found = _WRITTEN.fullmatch(value)
    if found is None:
        return None
    release = DriverRelease.parse(found[1])
    is_for_linux = bool(_FOR_LINUX.fullmatch(found[1]))
    systems: tuple[DriverOs, ...] = ("Linux",) if is_for_linux else ("Linux", "Windows")
    return AskedDriver(release, systems, is_branch=len(release.parts) == 1)


def _branch(asked: AskedDriver, tables: Tables) -> Iterator[Stated]:
    table, major = tables.driver_branches, asked.release.major
    row = [row for row in table.rows if row.driver_branch <= major][-1]
    source = table.source_of(row)
    if asked.is_branch:
        yield Stated("shown", (f"the newest release of branch {major} for Linux",), source)
    elif asked.systems == ("Windows",):
        yield Stated("shown", (f"{asked.release}, for Windows",), source)
    if row.driver_branch != major:  # drivers for Windows are numbered on within a branch
        says = f"that of {row.driver_branch}, the last one known up to {major}"
        yield Stated("branch", (says,), source)
        yield from stated("offers CUDA", row.driver_cuda, source)
        return
    yield from stated("branch", major, source)
    yield from stated("offers CUDA", row.driver_cuda, source)
    yield from stated("kind", row.kind, source)
    yield from stated("end of life", row.end_of_life or _over(row), source)


def _over(row: DriverBranchRow) -> str | None:
    return f"over by {row.ended_by}" if row.ended_by else None


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
    shows="the CUDA it offers, which CUDA releases it runs and how, which GPUs it no longer drives",
    answer=_answer,
)
