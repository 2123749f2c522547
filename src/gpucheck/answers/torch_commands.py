"""How pip and conda are told to take a build of PyTorch."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated, stated
from gpucheck.answers.releases import platform_names
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.tables import Tables
from gpucheck.tables.rows.torch import TorchWheelRow

_OPTIONS = {
    "old": "-f {index}/{variant}/torch_stable.html",
    "find-links": "-f {index}/torch_stable.html",
    "extra-index+local": "--extra-index-url {index}/{variant}",
    "index-url": "--index-url {index}/{variant}",
}

_Offer = tuple[TorchWheelRow, tuple[str, ...]]


def installing(release: str, only: str | None, tables: Tables) -> Iterator[Stated]:
    """Yield for each platform the command for the newest build that pip does not take anyway.

    `only` names one build: "cu128". Platforms with the same builds share a line.
    """
    table = tables.torch_wheels
    rows = [row for row in table.rows if row.torch == release and only in {None, row.variant}]
    rows = [row for row in rows if row.is_confirmed]
    offers = {platform: _offer(rows, platform) for platform in dict.fromkeys(_platforms(rows))}
    told: dict[tuple[str, ...], list[str]] = {}
    for platform, (row, others) in offers.items():
        told.setdefault((row.variant, _command(row), *others), []).append(platform)
    for (variant, command, *rest), platforms in told.items():
        where = f", {platform_names(platforms)}" if len(told) > 1 else ""
        likewise = (f"likewise {', '.join(rest)}",) if rest else ()
        source = table.source_of(offers[platforms[0]][0])
        yield Stated(f"to take {variant}{where}", (command, *likewise), source)
    conda = [row for row, _ in offers.values() if row.conda]
    if conda:
        command = f"conda install pytorch=={release} {conda[0].conda}"
        yield from stated("with conda", command, table.source_of(conda[0]))


def _platforms(rows: list[TorchWheelRow]) -> list[str]:
    """Return the platforms, x86_64 Linux first: most people are there."""
    return sorted((row.platform for row in rows), key=lambda name: name != "linux_x86_64")


def _offer(rows: list[TorchWheelRow], platform: str) -> _Offer:
    """Return the build to take on a platform, and the variants that are taken in the same way."""
    here = [row for row in rows if row.platform == platform]
    chosen = [row for row in here if not row.is_index_default] or here
    others = dict.fromkeys(row.variant for row in chosen[:-1])
    return chosen[-1], tuple(name for name in others if name != chosen[-1].variant)


def _command(row: TorchWheelRow) -> str:
    is_named = row.form == "extra-index+local" or (
        row.form == "find-links" and not row.is_index_default
    )
    local = f"+{row.variant}" if is_named else ""
    option = _OPTIONS[row.form].format(index=PYTORCH_INDEX, variant=row.variant)
    return f"pip install torch=={row.torch}{local} {option}"
