"""Which CUDA plugins a JAX release has, and what they need."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import (
    choose,
    platform_names,
    python_spans,
    requirement,
    version,
    without_markers,
)
from gpucheck.tables import Tables
from gpucheck.tables.rows.jax import JaxDocumentedRow, JaxWheelRow


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.jax_wheels
    known = [row.release for row in table.rows]
    choice = choose(value, known)
    if choice is None:
        return unknown(subject, value, table.name, known)
    rows = [row for row in table.rows if row.release == choice.release]
    source = table.source_of(rows[0])
    says = [
        *_package(subject, choice.release, source),
        *choice.stated(source),
        *stated("released", rows[0].released, source),
        *stated("Python", rows[0].requires_python, source),
    ]
    for row in rows:
        says += _plugin(row, tables)
    says += stated("numpy", requirement(rows[0].requires or (), "numpy"), source)
    return Answer(f"{subject} {value}", tuple(says))


def _package(subject: str, release: str, source: str) -> Iterator[Stated]:
    if subject == "jaxlib":
        yield Stated(
            "package", (f"this is jax {release}; its jaxlib can have another number",), source
        )


def _plugin(row: JaxWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.jax_wheels.source_of(row)
    if row.cuda_major is None:
        yield Stated("CUDA plugin", ("none on the package index",), source)
        yield from stated("jaxlib for Python", python_spans(row.python), source)
        yield from stated("jaxlib for", platform_names(row.platforms), source)
        return
    topic = f"CUDA {row.cuda_major}"
    how = f"jax[{row.extra}]" if row.extra else "no extra brings it"
    python = f"Python {', '.join(python_spans(row.python))}"
    plugin = (how, f"plugin {row.plugin}", python, platform_names(row.platforms))
    yield Stated(topic, plugin, source)
    yield from _documented(row, tables)
    yield from stated(f"{topic} brings", without_markers(row.with_cuda or ()), source)


def _documented(row: JaxWheelRow, tables: Tables) -> Iterator[Stated]:
    """Yield what JAX documents of the span of releases that holds this one."""
    table = tables.jax_documented
    for says in table.rows:
        if says.cuda_major == row.cuda_major and _holds(says, row.release):
            values = (
                *([f"GPUs from {says.capability_min}"] if says.capability_min else []),
                *([f"driver from {says.driver_linux} (Linux)"] if says.driver_linux else []),
                *([f"built with CUDA {says.cuda}"] if says.cuda else []),
                *([f"CUDA from {says.cuda_min}"] if says.cuda_min else []),
                *([f"cuDNN from {says.cudnn_min}"] if says.cudnn_min else []),
                *([f"ready-made code for {' '.join(says.targets)}"] if says.targets else []),
            )
            topic = f"CUDA {row.cuda_major} documented"
            yield from stated(topic, values, table.source_of(says))


def _holds(says: JaxDocumentedRow, release: str) -> bool:
    is_after = version(says.release_from) <= version(release)
    return is_after and (not says.release_to or version(release) <= version(says.release_to))


QUERY = Query(
    subjects=("jax", "jaxlib"),
    sample="0.7.2",
    shows="its CUDA plugins, their Pythons and platforms, oldest GPUs and drivers, what they bring",
    answer=_answer,
)
