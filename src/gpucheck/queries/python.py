"""Which releases of each framework have wheels for a Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from gpucheck.answers import Answer, Query, Stated, unknown
from gpucheck.answers.releases import by_version
from gpucheck.compatibility.builds import has_python
from gpucheck.tables import Row, Table, Tables

_WRITTEN = re.compile(
    r"(?:(?:cp|py(?:thon)?)[- ]?)?(\d)\.?(\d{1,2})(?:\.\d+)?(t?)", re.IGNORECASE | re.ASCII
)


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
    yield from _span("PyTorch", python, tables.torch_index_wheels, _torch, _is_linux)
    yield from _span("PyTorch with CUDA, Windows", python, tables.torch_wheels, _torch, _is_seen)
    tensorflow = tables.tensorflow_wheels
    yield from _span("TensorFlow", python, tensorflow, _release, _is_linux)
    yield from _span(
        "TensorFlow with CUDA, Windows",
        python,
        tensorflow,
        _release,
        lambda row: _is_windows(row) and bool(row.is_cuda_build),
    )
    yield from _span(
        "JAX with CUDA", python, tables.jax_wheels, _release, lambda row: bool(row.cuda_major)
    )
    yield from _span("CuPy", python, tables.cupy_wheels, _release)
    for package in ("numba", "numba-cuda"):
        yield from _span(package, python, tables.numba_wheels, _release, _is_of(package))
    yield from _span("onnxruntime-gpu", python, tables.onnxruntime_wheels, _release)
    yield from _span("MXNet", python, tables.mxnet_wheels, _release, lambda row: bool(row.cuda))
    for package in dict.fromkeys(row.package for row in tables.addon_wheels.rows):
        yield from _span(package, python, tables.addon_wheels, _release, _is_of(package))


def _span(
    topic: str,
    python: str,
    table: Table[Any],
    release: Callable[[Any], str],
    counts: Callable[[Any], bool] = lambda _: True,
) -> Iterable[Stated]:
    rows: list[Row] = [row for row in table.rows if counts(row) and _takes(row, python)]
    if not rows:
        return ()
    releases = by_version(map(release, rows))
    source = table.source_of(rows[-1])
    if len(releases) == 1:
        return (Stated(topic, (releases[0],), source),)
    return (Stated(topic, (f"from {releases[0]}", f"newest {releases[-1]}"), source),)


def _takes(row: Any, python: str) -> bool:
    """Tell whether there is a wheel, and the release does not refuse that Python."""
    requires = getattr(row, "requires_python", None)
    return has_python(row.python or (), python) and _allows(requires, python.removesuffix("t"))


@lru_cache
def _allows(requires: str | None, python: str) -> bool:
    try:
        return not requires or SpecifierSet(requires).contains(f"{python}.99")
    except InvalidSpecifier:
        return True


def _torch(row: Any) -> str:
    return str(row.torch)


def _release(row: Any) -> str:
    return str(row.release)


def _is_linux(row: Any) -> bool:
    return bool(row.platform == "linux_x86_64")


def _is_windows(row: Any) -> bool:
    return bool(row.platform == "win_amd64")


def _is_seen(row: Any) -> bool:
    return _is_windows(row) and bool(row.is_confirmed)


def _is_of(package: str) -> Callable[[Any], bool]:
    return lambda row: bool(row.package == package)


QUERY = Query(
    subjects=("python",),
    sample="3.13",
    shows="the oldest and the newest release of each framework with wheels for it",
    answer=_answer,
)
