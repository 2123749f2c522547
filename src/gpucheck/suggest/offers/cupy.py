"""CuPy: a package for each CUDA, with CUDA's libraries where it has an extra that brings them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.framework_builds import cupy_builds
from gpucheck.suggest.offer import Offer, offer_of
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.cupy import CupyWheelRow


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release of every package for the platform; there are none for the CPU."""
    if situation.is_cpu:
        return
    table = tables.cupy_wheels
    rows = {(row.package, row.release): row for row in table.rows}
    for build in cupy_builds(tables):
        if build.platform != situation.platform:
            continue
        row = rows[build.package, build.release]
        if row.ctk:
            yield _offer(row, build, with_toolkit=True)
        yield _offer(row, build, with_toolkit=False)


def _offer(row: CupyWheelRow, build: Build, *, with_toolkit: bool) -> Offer:
    package = f"{row.package}[ctk]" if with_toolkit else row.package
    return offer_of(
        row,
        name="cupy",
        package=package,
        platform=build.platform,
        build=msgspec.structs.replace(build, package=package),
        cuda_major=build.cuda.major,
        requires=(*row.requires, *((row.ctk or ()) if with_toolkit else ())),
        needs=None if with_toolkit else f"the CUDA {row.cuda} toolkit",
        source=build.source,
    )
