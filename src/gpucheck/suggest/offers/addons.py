"""Packages that are compiled against one torch: xformers, vllm, flash-attn, bitsandbytes, triton.

flash-attn's index has sources only; it is compiled by the machine's nvcc against the installed
torch (its README, 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.installed import version_of
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.addons import AddonWheelRow

LINKED = {"vllm", "xformers"}
"""Their wheels hold machine code that is linked to the CUDA of the package index's torch."""
FIRST_VLLM_FOR_NEW_GLIBC, VLLM_GLIBC = "0.12", "2.31"
"""From there on its wheels, and later those of what it requires, need that glibc (the package
index, tried with uv, 2026-11-27)."""
COMPILED_HERE = "nvcc of a CUDA toolkit with the major of torch's build, and minutes to compile"


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release of each for the platform."""
    table = tables.addon_wheels
    for row in table.rows:
        is_wheel = row.platforms is not None
        if is_wheel and not {situation.platform, "any"} & {*(row.platforms or ())}:
            continue
        yield Offer(
            name=row.package,
            package=row.package,
            release=row.release,
            released=row.released,
            platform=situation.platform,
            python=row.python or ("3",),
            glibc=_glibc(row),
            requires_python=row.requires_python,
            is_wheel=is_wheel,
            takes_default_torch=row.package in LINKED and situation.platform.startswith("linux"),
            requires=(f"torch{row.torch}",) if row.torch else (),
            needs=None if is_wheel else COMPILED_HERE,
            source=table.source_of(row),
        )


def _glibc(row: AddonWheelRow) -> str | None:
    """Return the glibc that a release needs, where it is known and not old."""
    version, first = version_of(row.release), version_of(FIRST_VLLM_FOR_NEW_GLIBC)
    is_new = bool(row.package == "vllm" and version and first and version >= first)
    return VLLM_GLIBC if is_new else None
