"""Which wheels there are of an MXNet release, or of one of its packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import choose, platform_names, python_spans, spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.mxnet import MxnetWheelRow

_PACKAGE = re.compile(r"(mxnet(?:-\w+)?)(?:[ =]+(\S+))?", re.IGNORECASE | re.ASCII)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.mxnet_wheels
    named = _PACKAGE.fullmatch(value if subject == "mxnet" else f"{subject} {value}")
    package = named[1].lower() if named else None
    rows = [row for row in table.rows if package in {None, row.package}]
    if package and rows and named and named[2] is None:
        return Answer(f"{subject} {value}", tuple(_package(rows, tables)))
    choice = choose((named[2] or "") if named else value, (row.release for row in rows))
    if choice is None:
        known = (name for row in table.rows for name in (row.release, row.package))
        return unknown(subject, value, table.name, known)
    found = [row for row in rows if row.release == choice.release]
    says = [*choice.stated(table.source_of(found[0])), *_release(found, tables)]
    return Answer(f"{subject} {value}", tuple(says))


def _package(rows: list[MxnetWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield the releases of a package, by the platforms that have them."""
    source = tables.mxnet_wheels.source_of(rows[0])
    known = [row.release for row in rows]
    yield from stated("CUDA", rows[0].cuda, source)
    for platform in dict.fromkeys(name for row in rows for name in row.platforms):
        found = [row.release for row in rows if platform in row.platforms and row.is_installable]
        yield from stated(platform_names([platform]), spans(found, known), source)
    yield from _retired(tables)


def _release(rows: list[MxnetWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield the packages of a release, those that are alike in one line."""
    table = tables.mxnet_wheels
    yield from stated("released", rows[0].released, table.source_of(rows[0]))
    alike: dict[tuple[str, str], list[MxnetWheelRow]] = {}
    for row in rows:
        kind = "installable" if row.is_installable else "only a placeholder"
        build = "for CUDA" if row.cuda else "without CUDA"
        where = f"{platform_names(row.platforms)}; Python {', '.join(python_spans(row.python))}"
        alike.setdefault((f"{build}, {kind}", where), []).append(row)
    for (topic, where), found in alike.items():
        names = tuple(row.package for row in found)
        yield Stated(topic, (*names, where), table.source_of(found[0]))
    yield from _retired(tables)


def _retired(tables: Tables) -> Iterator[Stated]:
    table = tables.retired_frameworks
    for row in table.rows:
        if "mxnet" in row.packages:
            last = f"the last release is {row.last_release}; instead: {row.replaced_by}"
            yield Stated("retired", (last,), table.source_of(row))


QUERY = Query(
    subjects=("mxnet",),
    sample="1.9.1",
    shows="its packages with their CUDA, Pythons and platforms; or the releases of one package",
    answer=_answer,
    packages=r"mxnet-\w+",
)
