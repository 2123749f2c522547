"""What a CuPy release or package is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import (
    by_version,
    choose,
    platform_names,
    python_spans,
    requirement,
    without_markers,
)
from gpucheck.tables import Tables
from gpucheck.tables.rows.cupy import CupyWheelRow

_PACKAGE = re.compile(r"(cupy-cuda\w+)(?:\[\w+\])?(?:[ =]+(\S+))?", re.IGNORECASE | re.ASCII)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.cupy_wheels
    named = _PACKAGE.fullmatch(value if subject == "cupy" else f"{subject} {value}")
    package = named[1].lower() if named else None
    rows = [row for row in table.rows if package in {None, row.package}]
    if not rows:
        names = dict.fromkeys(row.package for row in table.rows)
        return unknown(subject, value, table.name, names)
    if package and named and named[2] is None:
        return Answer(f"{subject} {value}", tuple(_package(rows, tables)))
    asked = (named[2] or "") if named else value
    choice = choose(asked, (row.release for row in rows))
    if choice is None:
        return unknown(subject, value, table.name, (row.release for row in rows))
    found = [row for row in rows if row.release == choice.release]
    says = [*choice.stated(table.source_of(found[0])), *_release(found, tables)]
    return Answer(f"{subject} {value}", (*says, *_documented(choice.release, tables)))


def _package(rows: list[CupyWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield the span of a package, and its newest release."""
    releases = by_version(row.release for row in rows)
    source = tables.cupy_wheels.source_of(rows[0])
    yield Stated("releases", (f"{releases[0]}–{releases[-1]}", f"{len(releases)} in all"), source)
    python = sorted({entry for row in rows for entry in row.python}, key=_python_order)
    yield from stated("Python, over all releases", python_spans(python), source)
    yield from stated("newest", releases[-1], source)
    yield from _release([row for row in rows if row.release == releases[-1]], tables)


def _python_order(python: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", python))


def _release(rows: list[CupyWheelRow], tables: Tables) -> Iterator[Stated]:
    table = tables.cupy_wheels
    yield from stated("released", rows[0].released, table.source_of(rows[0]))
    yield from stated("numpy", requirement(rows[0].requires, "numpy"), table.source_of(rows[0]))
    for row in rows:
        built = (("NCCL", row.nccl), ("cuTENSOR", row.cutensor), ("cuDNN", row.cudnn))
        values = (
            f"CUDA {row.cuda}",
            f"Python {', '.join(python_spans(row.python))}",
            platform_names(row.platforms),
            *(f"{name} {release}" for name, release in built if release),
        )
        yield Stated(row.package, values, table.source_of(row))
        brings = without_markers(row.ctk or ())
        yield from stated(f"{row.package}[ctk] brings", brings, table.source_of(row))


def _documented(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.cupy_documented
    for row in table.rows:
        if row.series == release.split(".")[0]:
            fields = (
                ("GPUs", row.capability),
                ("CUDA", row.cuda),
                ("Python", row.python),
                ("NumPy", row.numpy),
                ("NCCL", row.nccl),
                ("cuTENSOR", row.cutensor),
                ("cuDNN", row.cudnn),
            )
            values = tuple(f"{name} {span}" for name, span in fields if span not in {None, "n/a"})
            yield from stated(f"documented for {row.series}.x", values, table.source_of(row))


QUERY = Query(
    subjects=("cupy",),
    sample="13.6.0",
    shows="its packages with their CUDA, Pythons and platforms; or the releases of one package",
    answer=_answer,
    packages=r"cupy-cuda\w+",
)
