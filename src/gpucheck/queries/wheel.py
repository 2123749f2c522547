"""Which CUDA release a component wheel of NVIDIA belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import MAX_NEAR, Answer, Query, Stated, main_source, near, stated
from gpucheck.answers.nearness import extent
from gpucheck.answers.releases import by_version, requirement, spans
from gpucheck.tables import Tables

MAX_RELEASES = 12

_WRITTEN = re.compile(
    r"([a-z0-9]+(?:[-_.][a-z0-9]+)*)(?:[ =]+v?(\d[\w.]*))?", re.IGNORECASE | re.ASCII
)


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    found = _WRITTEN.fullmatch(value)
    package = re.sub(r"[-_.]+", "-", found[1].lower()) if found else ""
    release = found[2] if found else None
    says = [
        *_cuda(package, release, tables),
        *_releases(package, release, tables),
        *_libraries(package, tables),
    ]
    if not _is_known(package, release, tables):
        known = _all_of(package, tables)  # the release is wrong, or else the name
        alike = near(release or "", known) or tuple(known[-MAX_NEAR:])
        names = sorted(_names(tables))
        alike = alike or near(package, names)
        has = None if alike else f"NVIDIA's own: {extent(names)}"
        return Answer(f"{subject} {value}", near=alike, known=has, table=tables.nvidia_wheels.name)
    says += _pinned_by(package, release, tables)
    return Answer(f"{subject} {value}", tuple(says))


def _names(tables: Tables) -> set[str]:
    names = {name for row in tables.nvidia_wheels.rows for name in row.components}
    return names | {row.package for row in tables.nvidia_libraries.rows}


def _all_of(package: str, tables: Tables) -> list[str]:
    """Return every release of a package that the tables know."""
    own = [row.releases for row in tables.nvidia_libraries.rows if row.package == package]
    pinned = (row.components.get(package) for row in tables.nvidia_wheels.rows)
    return by_version([*(name for names in own for name in names), *filter(None, pinned)])


def _is_known(package: str, release: str | None, tables: Tables) -> bool:
    return package in _names(tables) and release in {None, *_all_of(package, tables)}


def _cuda(package: str, release: str | None, tables: Tables) -> Iterator[Stated]:
    table = tables.nvidia_wheels
    rows = [row for row in table.rows if package in row.components]
    fitting = [row for row in rows if release in {None, row.components[package]}]
    if fitting:
        shown = spans((str(row.cuda) for row in fitting), (str(row.cuda) for row in table.rows))
        yield Stated("belongs to CUDA", shown, main_source(table, fitting))
    if fitting and release is None:
        newest = f"{fitting[-1].components[package]} for CUDA {fitting[-1].cuda}"
        yield Stated("newest", (newest,), table.source_of(fitting[-1]))


def _releases(package: str, release: str | None, tables: Tables) -> Iterator[Stated]:
    table = tables.nvidia_libraries
    for row in table.rows:
        if row.package == package and release in {None, *row.releases}:
            shown = row.releases if release is None else (release,)
            last = shown[-MAX_RELEASES:]
            older = (f"and {len(shown) - len(last)} older",) if len(shown) > len(last) else ()
            yield Stated("on the package index", (*last, *older), table.source_of(row))


def _libraries(package: str, tables: Tables) -> Iterator[Stated]:
    table = tables.library_owners
    rows = [r for r in table.rows if package in {r.pip_cu11, r.pip_cu12, r.pip_cu13}]
    if rows:
        names = tuple(row.library for row in rows)
        yield from stated("provides", names, table.source_of(rows[0]))


def _pinned_by(package: str, release: str | None, tables: Tables) -> Iterator[Stated]:
    """Yield the PyTorch releases of the package index that require it."""
    table = tables.torch_index_wheels
    linux = [row for row in table.rows if row.platform == "linux_x86_64"]
    pins = [(row, requirement(row.requires, package)) for row in linux]
    tied = [row for row, pin in pins if pin and release in {None, pin.removeprefix("==").strip()}]
    if tied:
        releases = spans((row.torch for row in tied), (row.torch for row in linux))
        yield Stated("required by PyTorch", releases, main_source(table, tied))


QUERY = Query(
    subjects=("wheel", "package"),
    sample="nvidia-cuda-runtime-cu12==12.4.127",
    shows="the CUDA release of one of NVIDIA's wheels, its libraries, who requires it",
    answer=_answer,
)
