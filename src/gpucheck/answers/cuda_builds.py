"""Which releases of the frameworks were built for a CUDA."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated
from gpucheck.answers.releases import spans
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda


def builds_for(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases of each framework that were built for a minor release of CUDA."""
    yield from _torch(cuda, tables)
    yield from _tensorflow(cuda, tables)
    yield from _jax(cuda, tables)
    yield from _cupy(cuda, tables)
    yield from _onnxruntime(cuda, tables)
    yield from _mxnet(cuda, tables)


def _is_for(built: BuiltForCuda | None, cuda: BuiltForCuda) -> bool:
    return built is not None and (built.major, built.minor) == (cuda.major, cuda.minor)


def _torch(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table, index = tables.torch_wheels, tables.torch_index_wheels
    rows = [row for row in table.rows if _is_for(row.cuda, cuda)]
    if rows:
        releases = spans((row.torch for row in rows), (row.torch for row in table.rows))
        yield Stated(f"PyTorch {rows[-1].variant}", releases, table.source_of(rows[-1]))
    served = [row for row in index.rows if _is_for(row.cuda, cuda)]
    if served:
        releases = spans((row.torch for row in served), (row.torch for row in index.rows))
        yield Stated("PyTorch by default", releases, index.source_of(served[-1]))


def _tensorflow(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.tensorflow_wheels
    linux = [row for row in table.rows if row.platform == "linux_x86_64"]
    rows = [row for row in linux if _is_for(row.cuda, cuda)]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in linux))
        yield Stated("TensorFlow", releases, table.source_of(rows[-1]))


def _jax(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases whose plugin is for the CUDA major: one runs with all its minors."""
    table = tables.jax_wheels
    rows = [row for row in table.rows if row.cuda_major == cuda.major and row.extra]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        yield Stated(f"jax[{rows[-1].extra}]", releases, table.source_of(rows[-1]))


def _cupy(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.cupy_wheels
    fitting = [row for row in table.rows if row.cuda in {f"{cuda.major}.x", str(cuda)}]
    for package in sorted({row.package for row in fitting}):
        rows = [row for row in fitting if row.package == package]
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        yield Stated(package, releases, table.source_of(rows[-1]))


def _onnxruntime(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.onnxruntime_wheels
    rows = [row for row in table.rows if row.cuda is not None and row.cuda.major == cuda.major]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        topic = f"onnxruntime-gpu for CUDA {cuda.major}.x"
        yield Stated(topic, releases, table.source_of(rows[-1]))


def _mxnet(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.mxnet_wheels
    rows = [row for row in table.rows if _is_for(row.cuda, cuda) and row.is_installable]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        yield Stated(rows[-1].package, releases, table.source_of(rows[-1]))
