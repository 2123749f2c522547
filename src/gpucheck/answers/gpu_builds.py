"""The CUDA builds of PyTorch and TensorFlow, as far as they decide whether a GPU can use them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gpucheck.answers.cudnn_of_builds import CudnnFit, fit_of_release, fit_of_requirement
from gpucheck.answers.tensorflow_builds import pins_tensorrt
from gpucheck.compatibility.builds import last_cuda
from gpucheck.compatibility.devices import Code, code_for, targets_of
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability


class GpuBuild(NamedTuple):
    """A build, looked at for one GPU."""

    release: str
    name: str  # "cu126", "tensorflow[and-cuda]"
    code: Code | None  # None: what it has code for is not known
    cudnn: CudnnFit
    source: str


def torch_for(gpu: ComputeCapability, platform: str, tables: Tables) -> Iterator[GpuBuild]:
    """Yield the builds of PyTorch's own index that were seen, for one platform."""
    table = tables.torch_wheels
    for row in table.rows:
        if row.platform == platform and row.is_confirmed:
            yield GpuBuild(
                release=row.torch,
                name=row.variant,
                code=_code(gpu, row.targets, row.cuda, tables),
                cudnn=fit_of_release(row.cudnn, gpu, tables),
                source=table.source_of(row),
            )


def tensorflow_for(gpu: ComputeCapability, platform: str, tables: Tables) -> Iterator[GpuBuild]:
    """Yield TensorFlow's CUDA builds for one platform."""
    table = tables.tensorflow_wheels
    for row in table.rows:
        has_extra = row.and_cuda is not None and not pins_tensorrt(row.and_cuda)
        if row.platform == platform and row.is_cuda_build:
            yield GpuBuild(
                release=row.release,
                name=f"{row.package}[and-cuda]" if has_extra else row.package,
                code=_code(gpu, row.targets, row.cuda, tables),
                cudnn=fit_of_requirement(row.and_cuda or (), gpu, tables),
                source=table.source_of(row),
            )


def _code(
    gpu: ComputeCapability,
    targets: tuple[str, ...] | None,
    cuda: BuiltForCuda | None,
    tables: Tables,
) -> Code | None:
    if targets is not None:
        return code_for(gpu, *targets_of(targets))
    last = last_cuda(gpu, tables)
    return "none" if cuda and last and last < cuda.parts[:2] else None
