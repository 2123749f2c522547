"""The CUDA builds of each framework that the tables know, in one shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from gpucheck.compatibility.builds import Build
from gpucheck.tables import Tables
from gpucheck.tables.rows.jax import JaxDocumentedRow
from gpucheck.versions import BuiltForCuda, ComputeCapability

_FIRST = re.compile(r"(\d+\.\d+)-")


def torch_builds(tables: Tables) -> Iterator[Build]:
    """Yield the builds on PyTorch's own wheel index."""
    table = tables.torch_wheels
    for row in table.rows:
        yield Build(
            package="torch",
            release=row.torch,
            variant=row.variant,
            cuda=row.cuda,
            platform=row.platform,
            python=row.python,
            targets=row.targets,
            is_confirmed=row.is_confirmed,
            is_index_default=row.is_index_default,
            form=row.form,
            source=table.source_of(row),
        )


def tensorflow_builds(tables: Tables) -> Iterator[Build]:
    """Yield TensorFlow's wheels that are CUDA builds and say for which CUDA."""
    table = tables.tensorflow_wheels
    for row in table.rows:
        if row.is_cuda_build and row.cuda is not None:
            yield Build(
                package=row.package if row.and_cuda is None else f"{row.package}[and-cuda]",
                release=row.release,
                cuda=row.cuda,
                platform=row.platform,
                python=row.python,
                glibc=row.glibc,
                targets=row.targets,
                brings=row.and_cuda or (),
                source=table.source_of(row),
            )


def jax_builds(tables: Tables) -> Iterator[Build]:
    """Yield jax with each CUDA plugin; XLA compiles for the GPU that is there."""
    table = tables.jax_wheels
    for row in table.rows:
        if row.cuda_major is None or row.extra is None:
            continue
        documented = _documented_jax(row.release, row.cuda_major, tables)
        for platform in row.platforms:
            yield Build(
                package=f"jax[{row.extra}]",
                release=row.release,
                cuda=BuiltForCuda((row.cuda_major, 0)),
                platform=platform,
                python=row.python,
                capability_min=documented.capability_min if documented else None,
                brings=row.with_cuda or (),
                source=table.source_of(row),
            )


def cupy_builds(tables: Tables) -> Iterator[Build]:
    """Yield CuPy's packages; NVRTC compiles for the GPU that is there."""
    table = tables.cupy_wheels
    oldest = {row.series: _FIRST.match(row.capability or "") for row in tables.cupy_documented.rows}
    for row in table.rows:
        since = oldest.get(row.release.split(".")[0])
        for platform in row.platforms:
            yield Build(
                package=row.package,
                release=row.release,
                cuda=BuiltForCuda.parse(row.cuda.replace("x", "0")),
                platform=platform,
                python=row.python,
                capability_min=ComputeCapability.parse(since[1]) if since else None,
                source=table.source_of(row),
            )


def onnxruntime_builds(tables: Tables) -> Iterator[Build]:
    """Yield onnxruntime-gpu; any minor of its CUDA major will do."""
    table = tables.onnxruntime_wheels
    for row in table.rows:
        if row.cuda_major is None:
            continue
        for platform in row.platforms:
            yield Build(
                package="onnxruntime-gpu",
                release=row.release,
                cuda=BuiltForCuda((row.cuda_major, 0)),
                platform=platform,
                python=row.python,
                brings=tuple(line for extra in row.extras.values() for line in extra),
                source=table.source_of(row),
            )


def mxnet_builds(tables: Tables) -> Iterator[Build]:
    """Yield MXNet's packages that are more than placeholders."""
    table = tables.mxnet_wheels
    for row in table.rows:
        if row.cuda is None or not row.is_installable:
            continue
        for platform in row.platforms:
            yield Build(
                package=row.package,
                release=row.release,
                cuda=row.cuda,
                platform=platform,
                python=row.python,
                source=table.source_of(row),
            )


BUILDS: dict[str, Callable[[Tables], Iterator[Build]]] = {
    "torch": torch_builds,
    "tensorflow": tensorflow_builds,
    "jax": jax_builds,
    "cupy": cupy_builds,
    "onnxruntime": onnxruntime_builds,
    "mxnet": mxnet_builds,
}
"""By the framework's name."""


def _documented_jax(release: str, cuda_major: int, tables: Tables) -> JaxDocumentedRow | None:
    """Return what JAX documents of a release; None: nothing."""
    asked = _numbers(release)
    for row in tables.jax_documented.rows:
        is_before_end = row.release_to is None or asked <= _numbers(row.release_to)
        if row.cuda_major == cuda_major and _numbers(row.release_from) <= asked and is_before_end:
            return row
    return None


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
