"""JAX, with the plugin of one CUDA major."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.framework_builds import jax_builds
from gpucheck.suggest.offer import Offer, offer_of
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables

_JAXLIB = {"linux_x86_64", "linux_aarch64", "macos_arm64", "win_amd64"}
"""The platforms for which jaxlib has wheels (JAX's installation page, 2026-08)."""


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release for the platform that has a plugin on the package index."""
    platform = situation.platform
    table = tables.jax_wheels
    if situation.is_cpu:
        # Where jaxlib has wheels of a release is not in the tables, but newer ones have them here.
        for row in {row.release: row for row in table.rows}.values():
            if platform in _JAXLIB and row.python:
                yield offer_of(
                    row,
                    name="jax",
                    package="jax",
                    platform=platform,
                    requires=row.requires or (),
                    source=table.source_of(row),
                )
        return
    rows = {(row.release, row.cuda_major): row for row in table.rows}
    for build in jax_builds(tables):
        if build.platform == platform:
            row = rows[build.release, build.cuda.major]
            yield offer_of(
                row,
                name="jax",
                package=build.package,
                platform=platform,
                build=build,
                cuda_major=build.cuda.major,
                requires=(*(row.requires or ()), *(row.with_cuda or ())),
                source=build.source,
            )
