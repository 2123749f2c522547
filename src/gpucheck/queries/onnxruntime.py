"""What an ONNX Runtime release for GPUs was built for."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.driver_floors import drivers_for_major
from gpucheck.answers.releases import (
    by_version,
    choose,
    platform_names,
    python_spans,
    requirement,
    without_markers,
)
from gpucheck.tables import Tables
from gpucheck.tables.rows.onnxruntime import OnnxruntimeWheelRow


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.onnxruntime_wheels
    rows = {row.release: row for row in table.rows}
    documented = {row.release for row in tables.onnxruntime_documented.rows}
    choice = choose(value, rows)
    if choice is None:
        minor = choose(value, documented)
        says = tuple(_documented(minor.release, tables)) if minor else ()
        if not says:
            return unknown(subject, value, table.name, (*documented, *rows))
        return Answer(f"{subject} {value}", says)
    row = rows[choice.release]
    says = (
        *_package(subject, row, tables),
        *choice.stated(table.source_of(row)),
        *_wheel(row, tables),
        *_documented(choice.release, tables),
    )
    return Answer(f"{subject} {value}", says)


def _package(subject: str, row: OnnxruntimeWheelRow, tables: Tables) -> Iterator[Stated]:
    if subject == "onnxruntime":
        says = f"onnxruntime is the CPU package; this is onnxruntime-gpu {row.release}"
        yield Stated("package", (says,), tables.onnxruntime_wheels.source_of(row))


def _wheel(row: OnnxruntimeWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.onnxruntime_wheels.source_of(row)
    yield from stated("released", row.released, source)
    yield from stated("Python", python_spans(row.python), source)
    yield from stated("platforms", platform_names(row.platforms), source)
    major = row.cuda.major if row.cuda else row.cuda_major
    if major is not None:
        built = f"{row.cuda}, runs with any {major}.x" if row.cuda else f"{major}.x"
        yield Stated("CUDA", (built,), source)
        yield from drivers_for_major(major, tables)
    yield from stated("cuDNN", row.cudnn_major, source)
    for extra, requires in sorted(row.extras.items()):
        yield Stated(f"[{extra}] brings", without_markers(requires), source)
    yield from stated("numpy", requirement(row.requires, "numpy"), source)


def _documented(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.onnxruntime_documented
    minor = ".".join(release.split(".")[:2])
    wheels = by_version(row.release for row in tables.onnxruntime_wheels.rows)
    has_wheel = any(wheel.startswith(f"{minor}.") for wheel in wheels)
    served = "on the package index" if has_wheel else f"no wheel: they begin with {wheels[0]}"
    for row in table.rows:
        if row.release in {minor, release}:
            kind = served if row.is_index_default else "from the project's feed"
            values = (f"CUDA {row.cuda}", f"cuDNN {row.cudnn}", kind)
            yield Stated(f"documented for {minor}", values, table.source_of(row))


QUERY = Query(
    subjects=("onnxruntime", "onnxruntime-gpu"),
    sample="1.20.2",
    shows="Pythons and platforms, the CUDA and cuDNN it was built for, what its extras bring",
    answer=_answer,
)
