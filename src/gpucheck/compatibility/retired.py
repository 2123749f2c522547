"""What a framework that is no longer developed can still do with this machine's GPUs."""

from __future__ import annotations

from gpucheck.compatibility.builds import first_cuda
from gpucheck.facts import Facts, Framework
from gpucheck.tables import Tables


def unknown_gpus(build: Framework, facts: Facts, tables: Tables) -> tuple[str, ...]:
    """Return the GPUs of a generation that the build's CUDA cannot know; (): it may know all."""
    if build.built_for_cuda is None or not facts.visible_gpus:
        return ()
    lacking = []
    for gpu in facts.visible_gpus:
        first = first_cuda(gpu.compute_capability, tables)
        if first is not None and build.built_for_cuda < first:
            lacking.append(f"{gpu.name} ({gpu.compute_capability}, first known to CUDA {first})")
    return tuple(lacking) if len(lacking) == len(facts.visible_gpus) else ()


def newest_mxnet(facts: Facts, tables: Tables) -> str | None:
    """Return the MXNet package whose CUDA knows this machine's GPUs; None: there is none."""
    firsts = [first_cuda(gpu.compute_capability, tables) for gpu in facts.visible_gpus]
    needed = max(filter(None, firsts), default=None)
    fitting = [
        (row.cuda.parts, row.package)
        for row in tables.mxnet_wheels.rows
        if row.is_installable and row.cuda and needed and row.cuda >= needed
    ]
    return max(fitting)[1] if fitting else None
