"""Which releases of the frameworks were built for a CUDA."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated, main_source
from gpucheck.answers.releases import spans
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda


def builds_for(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases of each framework that were built for a minor release of CUDA."""
    found = {
        "PyTorch": [*_torch(cuda, tables)],
        "TensorFlow": [*_tensorflow(cuda, tables), *_documented(cuda, tables)],
        "JAX": [*_jax(cuda, tables)],
        "CuPy": [*_cupy(cuda, tables)],
        "onnxruntime-gpu": [*_onnxruntime(cuda, tables)],
        "MXNet": [*_mxnet(cuda, tables)],
    }
    for statements in found.values():
        yield from statements
    without = tuple(name for name, statements in found.items() if not statements)
    if without:
        table = tables.torch_wheels
        yield Stated("no build known of", without, main_source(table, table.rows))


def _is_for(built: BuiltForCuda | None, cuda: BuiltForCuda) -> bool:
    return built is not None and (built.major, built.minor) == (cuda.major, cuda.minor)


def _torch(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table, index = tables.torch_wheels, tables.torch_index_wheels
    rows = [row for row in table.rows if _is_for(row.cuda, cuda) and row.is_confirmed]
    if rows:
        releases = spans((row.torch for row in rows), (row.torch for row in table.rows))
        yield Stated(f"PyTorch {rows[-1].variant}", releases, main_source(table, rows))
    served = [row for row in index.rows if _is_for(row.cuda, cuda)]
    if served:
        releases = spans((row.torch for row in served), (row.torch for row in index.rows))
        yield Stated("PyTorch by default", releases, main_source(index, served))


def _tensorflow(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.tensorflow_wheels
    linux = [row for row in table.rows if row.platform == "linux_x86_64"]
    rows = [row for row in linux if _is_for(row.cuda, cuda)]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in linux))
        yield Stated("TensorFlow", releases, main_source(table, rows))


def _documented(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases that the documentation alone pairs with the CUDA: old wheels do not."""
    table = tables.tensorflow_tested
    wheels = (row for row in tables.tensorflow_wheels.rows if row.platform == "linux_x86_64")
    told = {_minor(row.release) for row in wheels if _is_for(row.cuda, cuda)}
    linux = [row for row in table.rows if row.platform == "linux_gpu"]
    tested = [
        row
        for row in linux
        if row.cuda
        and _is_for(_documented_cuda(row.cuda), cuda)
        and _minor(row.release) not in told
    ]
    if tested:
        releases = spans((row.release for row in tested), (row.release for row in linux))
        yield Stated("TensorFlow, documented", releases, main_source(table, tested))


def _documented_cuda(text: str) -> BuiltForCuda:
    """Read the CUDA of TensorFlow's page, which calls 9.0 "9"."""
    return BuiltForCuda.parse(text if "." in text else f"{text}.0")


def _minor(release: str) -> tuple[str, ...]:
    return tuple(release.split(".")[:2])


def _jax(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases whose plugin is for the CUDA major: one runs with all its minors."""
    table = tables.jax_wheels
    rows = [row for row in table.rows if row.cuda_major == cuda.major and row.extra]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        yield Stated(f"jax[{rows[-1].extra}]", releases, main_source(table, rows))


def _cupy(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.cupy_wheels
    fitting = [row for row in table.rows if row.cuda in {f"{cuda.major}.x", str(cuda)}]
    every = [row.release for row in table.rows]
    yield from _by_package([(r.package, r.release, table.source_of(r)) for r in fitting], every)


def _mxnet(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.mxnet_wheels
    fitting = [row for row in table.rows if _is_for(row.cuda, cuda) and row.is_installable]
    every = [row.release for row in table.rows]
    yield from _by_package([(r.package, r.release, table.source_of(r)) for r in fitting], every)


def _by_package(found: list[tuple[str, str, str]], every: list[str]) -> Iterator[Stated]:
    """Yield the spans of each package; `found` holds packages, releases and sources."""
    for package in sorted({package for package, *_ in found}):
        rows = [row for row in found if row[0] == package]
        yield Stated(package, spans((release for _, release, _ in rows), every), rows[-1][2])


def _onnxruntime(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield the releases for the CUDA major: its minor does not matter to them."""
    table = tables.onnxruntime_wheels
    rows = [row for row in table.rows if row.cuda_major == cuda.major]
    if rows:
        releases = spans((row.release for row in rows), (row.release for row in table.rows))
        topic = f"onnxruntime-gpu for CUDA {cuda.major}.x"
        yield Stated(topic, releases, main_source(table, rows))
