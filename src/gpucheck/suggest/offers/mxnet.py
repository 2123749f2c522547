"""MXNet, which is retired: its last wheels, each for one CUDA of the machine.

Source of the bound on NumPy: MXNet 1.9.1 uses `numpy.bool`, which NumPy 1.24 took out (NumPy's
release notes of 1.24.0, 2022-12).
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.framework_builds import mxnet_builds
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables

NUMPY = "numpy<1.24"


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release of every package for the platform."""
    table = tables.mxnet_wheels
    rows = {(row.package, row.release): row for row in table.rows}
    if situation.is_cpu:
        for row in table.rows:
            is_here = row.is_installable and {situation.platform, "any"} & {*row.platforms}
            if row.package == "mxnet" and is_here:
                yield Offer(
                    name="mxnet",
                    package="mxnet",
                    release=row.release,
                    released=row.released,
                    platform=situation.platform,
                    python=row.python,
                    beside=(NUMPY,),
                    source=table.source_of(row),
                )
        return
    for build in mxnet_builds(tables):
        if build.platform == situation.platform:
            row = rows[build.package, build.release]
            yield Offer(
                name="mxnet",
                package=build.package,
                release=build.release,
                released=row.released,
                platform=build.platform,
                python=row.python,
                build=build,
                cuda_major=build.cuda.major,
                beside=(NUMPY,),
                needs=f"CUDA {build.cuda} and its cuDNN",
                source=build.source,
            )
