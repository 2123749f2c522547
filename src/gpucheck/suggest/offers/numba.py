"""Numba: for GPUs numba-cuda with the components of one CUDA major, else Numba's own target."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from gpucheck.compatibility.builds import Build, has_python
from gpucheck.compatibility.installed import version_of
from gpucheck.suggest.offer import Offer, offer_of
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.numba import NumbaWheelRow
from gpucheck.versions import BuiltForCuda, ComputeCapability

OLDEST_CAPABILITY = ComputeCapability.parse("3.5")
"""Which major dropped which GPU counts beside this (Numba's documentation of its CUDA target)."""
FIRST_NUMBA_OF_BRIDGE = "0.60"
"""The oldest Numba that numba-cuda takes (its own requirement, "numba>=0.60.0")."""


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield each Numba for the platform; a release is Numba's own."""
    table = tables.numba_wheels
    here = [row for row in table.rows if {situation.platform, "any"} & {*row.platforms}]
    bridge = None if situation.is_cpu else _newest_bridge(here, situation)
    for row in here:
        version = version_of(row.release)
        if row.package != "numba" or version is None or version.is_prerelease:
            continue
        if bridge and version >= Version(FIRST_NUMBA_OF_BRIDGE):
            yield from _bridged(row, bridge, situation, tables)
        needs = None if situation.is_cpu else "a CUDA toolkit"
        yield _offer(row, situation, tables, needs=needs)


def _newest_bridge(rows: list[NumbaWheelRow], situation: Situation) -> NumbaWheelRow | None:
    """Return the newest numba-cuda for the Python and the glibc; None: there is none."""
    limit = situation.machine.glibc
    bridges = [row for row in rows if row.package == "numba-cuda" and row.extras]
    named = {python for row in bridges for python in row.python if "." in python}
    if situation.python and situation.python not in named:
        return None  # an old one for "any 3" requires parts that this Python has no wheels of
    fitting = [
        row
        for row in bridges
        if has_python(row.python, situation.python or "3")
        and (not limit or not row.glibc or Version(row.glibc) <= Version(limit))
    ]
    return max(fitting, key=lambda row: Version(row.release), default=None)


def _bridged(
    row: NumbaWheelRow, bridge: NumbaWheelRow, situation: Situation, tables: Tables
) -> Iterator[Offer]:
    for extra, brings in bridge.extras.items():
        major = int(extra.removeprefix("cu"))
        asked = f"numba-cuda[{extra}]=={bridge.release}"
        build = Build(
            package=asked,
            release=bridge.release,
            cuda=BuiltForCuda((major, 0)),
            platform=situation.platform,
            python=bridge.python,
            capability_min=OLDEST_CAPABILITY,
            brings=brings,
            source=tables.numba_wheels.source_of(bridge),
        )
        yield _offer(row, situation, tables, build=build, beside=asked, brings=brings)


def _offer(
    row: NumbaWheelRow,
    situation: Situation,
    tables: Tables,
    *,
    build: Build | None = None,
    beside: str | None = None,
    brings: tuple[str, ...] = (),
    needs: str | None = None,
) -> Offer:
    return offer_of(
        row,
        name="numba",
        package="numba",
        platform=situation.platform,
        build=build,
        cuda_major=build.cuda.major if build else None,
        requires=(*row.requires, *brings),
        beside=(beside,) if beside else (),
        needs=needs,
        source=tables.numba_wheels.source_of(row),
    )
