"""Packages that are compiled against one torch: xformers, vllm, flash-attn, bitsandbytes, triton.

flash-attn's index has sources only; it is compiled by the machine's nvcc against the installed
torch (its README, 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables

LINKED = {"vllm", "xformers"}
"""Their wheels hold machine code that is linked to the CUDA of the package index's torch."""
OLDEST_CURRENT = "3.8+"
"""What bitsandbytes requires has wheels from there on (tried with uv, 2026-11-27)."""
COMPILED_HERE = "nvcc of a CUDA toolkit with the major of torch's build, and minutes to compile"


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release of each for the platform."""
    table = tables.addon_wheels
    for row in table.rows:
        is_wheel = row.platforms is not None
        here = {situation.platform, "any"}
        if is_wheel and situation.platform and not here & {*(row.platforms or ())}:
            continue
        yield Offer(
            name=row.package,
            package=row.package,
            release=row.release,
            released=row.released,
            platform=situation.platform,
            python=_pythons(row.python or ("3",), row.requires_python),
            glibc=row.glibc,
            requires_python=row.requires_python,
            is_wheel=is_wheel,
            takes_default_torch=row.package in LINKED and situation.platform.startswith("linux"),
            requires=(*((f"torch{row.torch}",) if row.torch else ()), *row.requires),
            needs=None if is_wheel else COMPILED_HERE,
            source=table.source_of(row),
        )


def _pythons(listed: tuple[str, ...], requires_python: str | None) -> tuple[str, ...]:
    """Return for which Pythons a release is; "any 3" of one that says no more means current ones.

    What such a release requires in turn had left the older ones long before it came.
    """
    return (OLDEST_CURRENT,) if listed == ("3",) and not requires_python else listed
