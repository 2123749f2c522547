"""Which releases of each framework have wheels for a Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from gpucheck.answers import Answer, Query, Stated, main_source, unknown
from gpucheck.answers.releases import by_version, spans
from gpucheck.compatibility.builds import has_python
from gpucheck.tables import Table, Tables

_WRITTEN = re.compile(
    r"(?:(?:cp|py(?:thon)?)[- ]?)?(\d)\.?(\d{1,2})(?:\.\d+)?(t?)", re.IGNORECASE | re.ASCII
)

_PINNED = re.compile(r"== ?([\w.]+)", re.ASCII)

MAX_SPANS = 4
FRAMEWORKS = ("PyTorch", "TensorFlow", "JAX with CUDA", "CuPy", "numba", "onnxruntime-gpu")
"""Those whose absence is told."""


class _Wheels(NamedTuple):
    """The rows of a table that count for one topic."""

    table: Table[Any]
    rows: Sequence[Any]
    is_complete: bool = True  # whether releases from before its first row are known to lack it


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    found = _WRITTEN.fullmatch(value)
    python = f"{found[1]}.{found[2]}{found[3].lower()}" if found else ""
    table = tables.torch_index_wheels
    known = sorted({entry for row in table.rows for entry in row.python}, key=_order)
    # Packages that take any Python 3 do not make a Python exist.
    says = tuple(_frameworks(python, tables)) if python in known else ()
    return (
        Answer(f"{subject} {value}", says) if says else unknown(subject, value, table.name, known)
    )


def _order(python: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", python))


def _frameworks(python: str, tables: Tables) -> Iterator[Stated]:
    """Yield for each framework with CUDA the releases that have wheels for a Python."""
    without = []
    for topic, wheels in _wheels(tables):
        found = [row for row in wheels.rows if _takes(row, python, tables)]
        if found:
            yield _stated(topic, found, wheels, python)
        elif topic in FRAMEWORKS:
            without.append(topic)
    if without:
        table = tables.torch_index_wheels
        yield Stated("no wheels of", tuple(without), main_source(table, table.rows))


def _wheels(tables: Tables) -> Iterator[tuple[str, _Wheels]]:
    """Yield what is looked at, by the topic that it is stated under."""
    torch, tensorflow = tables.torch_index_wheels, tables.tensorflow_wheels
    linux = [row for row in tensorflow.rows if row.platform == "linux_x86_64"]
    windows = [row for row in tensorflow.rows if row.platform == "win_amd64" and row.is_cuda_build]
    yield "PyTorch", _Wheels(torch, [r for r in torch.rows if r.platform == "linux_x86_64"])
    own = tables.torch_wheels
    seen = [row for row in own.rows if row.platform == "win_amd64" and row.is_confirmed]
    yield "PyTorch with CUDA, Windows", _Wheels(own, seen, is_complete=False)
    yield "TensorFlow", _Wheels(tensorflow, linux)
    yield "TensorFlow with CUDA, Windows", _Wheels(tensorflow, windows)
    jax, mxnet = tables.jax_wheels, tables.mxnet_wheels
    yield "JAX with CUDA", _Wheels(jax, [row for row in jax.rows if row.cuda_major])
    yield "CuPy", _Wheels(tables.cupy_wheels, tables.cupy_wheels.rows)
    yield from _by_package(tables.numba_wheels)
    yield "onnxruntime-gpu", _Wheels(tables.onnxruntime_wheels, tables.onnxruntime_wheels.rows)
    yield "MXNet", _Wheels(mxnet, [row for row in mxnet.rows if row.cuda and row.is_installable])
    yield from _by_package(tables.addon_wheels)


def _by_package(table: Table[Any]) -> Iterator[tuple[str, _Wheels]]:
    for package in dict.fromkeys(row.package for row in table.rows):
        yield package, _Wheels(table, [row for row in table.rows if row.package == package])


def _stated(topic: str, found: list[Any], wheels: _Wheels, python: str) -> Stated:
    every = [_release(row) for row in wheels.rows]
    releases = spans(map(_release, found), every)
    if len(releases) > MAX_SPANS:
        ordered = by_version(map(_release, found))
        releases = (f"{ordered[0]}–{ordered[-1]}, with gaps",)
    values = list(releases)
    if not wheels.is_complete and by_version(map(_release, found))[0] == by_version(every)[0]:
        values.append("older ones are not known")
    if not any(_is_built_for(row, python) for row in found):
        values.append("by tags that take any Python 3, which says nothing of a test")
    return Stated(topic, tuple(values), main_source(wheels.table, found))


def _is_built_for(row: Any, python: str) -> bool:
    return python in (row.python or ())


def _takes(row: Any, python: str, tables: Tables) -> bool:
    """Tell whether there is a wheel, and neither the release nor the torch it pins refuses it."""
    requires = getattr(row, "requires_python", None)
    pinned = (
        _PINNED.fullmatch(getattr(row, "torch", None) or "") if hasattr(row, "release") else None
    )
    return (
        has_python(row.python or (), python)
        and _allows(requires, python.removesuffix("t"))
        and (pinned is None or _has_torch(pinned[1], python, tables))
    )


def _has_torch(release: str, python: str, tables: Tables) -> bool:
    """Tell whether a torch of the package index has a wheel for a Python; unknown ones count."""
    rows = [row for row in tables.torch_index_wheels.rows if row.torch == release]
    return not rows or any(has_python(row.python, python) for row in rows)


@lru_cache
def _allows(requires: str | None, python: str) -> bool:
    try:
        return not requires or SpecifierSet(requires).contains(f"{python}.99")
    except InvalidSpecifier:
        return True


def _release(row: Any) -> str:
    return str(row.release if hasattr(row, "release") else row.torch)


QUERY = Query(
    subjects=("python",),
    sample="3.13",
    shows="the releases of each framework with wheels for it, and which framework has none",
    answer=_answer,
)
