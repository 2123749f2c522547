"""The builds of a PyTorch release: on the package index, and on PyTorch's own."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated
from gpucheck.answers.cudnn_of_builds import WHEELS
from gpucheck.answers.driver_floors import drivers_for
from gpucheck.answers.releases import platform_names, requirement
from gpucheck.tables import Tables
from gpucheck.tables.rows.torch import TorchIndexWheelRow, TorchWheelRow

NCCL = ("nvidia-nccl-cu11", "nvidia-nccl-cu12", "nvidia-nccl-cu13")


def builds(release: str, only: str | None, tables: Tables) -> Iterator[Stated]:
    """Yield what the package index serves, then each CUDA build; `only` names one: "cu128"."""
    if only is None:
        yield from _served(release, tables)
    table = tables.torch_wheels
    rows = [row for row in table.rows if row.torch == release and only in {None, row.variant}]
    for variant in dict.fromkeys(row.variant for row in rows):
        yield from _variant([row for row in rows if row.variant == variant], tables)
    by_floor: dict[Stated, list[str]] = {}
    for row in rows:
        for each in drivers_for(row.cuda, tables):
            by_floor.setdefault(each, []).append(row.variant)
    for each, variants in by_floor.items():
        topic = f"driver for {', '.join(dict.fromkeys(variants))}"
        yield Stated(topic, each.values, each.source)


def _served(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.torch_index_wheels
    rows = [row for row in table.rows if row.torch == release]
    for row in rows:
        if row.cuda is not None:
            topic = f"package index, {platform_names([row.platform])}"
            yield Stated(topic, tuple(_of_served(row)), table.source_of(row))
    without = [row for row in rows if row.cuda is None]
    if without:
        names = platform_names(row.platform for row in without)
        yield Stated("package index, without CUDA", (names,), table.source_of(without[0]))


def _of_served(row: TorchIndexWheelRow) -> Iterator[str]:
    yield f"CUDA {row.cuda}"
    for name, packages in (("cuDNN", WHEELS), ("NCCL", NCCL)):
        pin = requirement(row.requires, *packages)
        if pin:
            yield f"{name} {pin.removeprefix('==').strip()}"
    if row.glibc:
        yield f"its tag promises glibc {row.glibc}"
    if row.targets:
        yield f"GPUs {' '.join(row.targets)}"


def _variant(rows: list[TorchWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield a line for each list of GPUs that the platforms of a build have."""
    table = tables.torch_wheels
    for targets, is_confirmed in dict.fromkeys((row.targets, row.is_confirmed) for row in rows):
        alike = [r for r in rows if (r.targets, r.is_confirmed) == (targets, is_confirmed)]
        first = alike[0]
        values = [platform_names(row.platform for row in alike)]
        values += [f"cuDNN {first.cudnn}"] if first.cudnn else []
        values += [f"NCCL {first.nccl}"] if first.nccl else []
        values.append(f"GPUs {' '.join(targets)}" if targets else "GPUs not known")
        values += [] if is_confirmed else ["announced or built, not seen on the index"]
        yield Stated(first.variant, tuple(values), table.source_of(first))
