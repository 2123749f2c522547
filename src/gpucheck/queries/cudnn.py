"""Which CUDA, drivers and GPUs a cuDNN release supports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, main_source, stated, unknown
from gpucheck.answers.cudnn_of_builds import WHEELS
from gpucheck.answers.releases import requirement, spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import CudnnRow
from gpucheck.versions import CUDNN_8_SCALE, CudnnVersion

_NUMBER = re.compile(r"\d{4,6}", re.ASCII)
_WRITTEN = re.compile(r"(?:libcudnn\.so\.|v)?(\d{1,4}(?:\.\d{1,4}){0,3})(?:\.x)?", re.ASCII)
_RELEASE_PARTS = 3


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.cudnn
    asked = _parsed(value)
    rows = [row for row in table.rows if asked and _holds(row, asked)]
    if not asked or not rows:
        known = (str(end) for row in table.rows for end in (row.cudnn_from, row.cudnn_to))
        return unknown(subject, value, table.name, known)
    row = rows[-1]
    says = [*_span(row, tables), *_torch(asked, tables), *_others(rows[:-1], tables)]
    return Answer(f"{subject} {value}", tuple(says))


def _parsed(value: str) -> CudnnVersion | None:
    """Read "9.1.0", "9.1", "v8", "libcudnn.so.9" or cudnnGetVersion()'s 90100."""
    if _NUMBER.fullmatch(value) and int(value) >= CUDNN_8_SCALE:
        return CudnnVersion.from_number(int(value))
    found = _WRITTEN.fullmatch(value.lower())
    return CudnnVersion.parse(found[1]) if found else None


def _holds(row: CudnnRow, asked: CudnnVersion) -> bool:
    """Tell whether a span holds a release, or one that begins with the numbers asked for."""
    parts = asked.parts[:_RELEASE_PARTS]  # 9.1.0.70 has 9.1.0's matrix
    low, high = row.cudnn_from.parts[: len(parts)], row.cudnn_to.parts[: len(parts)]
    return low <= parts <= high


def _span(row: CudnnRow, tables: Tables) -> Iterator[Stated]:
    source = tables.cudnn.source_of(row)
    yield Stated("releases", (_name(row),), source)
    yield from stated("CUDA", row.cuda, source)
    yield from stated("GPUs from", row.capability_min, source)
    yield from stated("GPUs", row.compute_capabilities, source)
    for system, drivers in (("Linux", row.driver_linux), ("Windows", row.driver_windows)):
        each = tuple(f"{driver} for CUDA {cuda}" for cuda, driver in (drivers or {}).items())
        yield from stated(f"driver from ({system})", each, source)


def _name(row: CudnnRow) -> str:
    is_one = row.cudnn_from == row.cudnn_to
    return str(row.cudnn_from) if is_one else f"{row.cudnn_from}–{row.cudnn_to}"


def _torch(asked: CudnnVersion, tables: Tables) -> Iterator[Stated]:
    """Yield the PyTorch releases whose wheel on the package index pins it."""
    table = tables.torch_index_wheels
    linux = [row for row in table.rows if row.platform == "linux_x86_64"]
    pinned = []
    for row in linux:
        pin = (requirement(row.requires, *WHEELS) or "").removeprefix("==")
        if pin and CudnnVersion.parse(pin).parts[: len(asked.parts)] == asked.parts:
            pinned.append(row)
    if pinned:
        releases = spans((row.torch for row in pinned), (row.torch for row in linux))
        yield Stated("pinned by PyTorch", releases, main_source(table, pinned))


def _others(rows: list[CudnnRow], tables: Tables) -> Iterator[Stated]:
    if rows:
        names = tuple(map(_name, rows))
        yield Stated("there is also", names, tables.cudnn.source_of(rows[-1]))


QUERY = Query(
    subjects=("cudnn",),
    sample="9.10.2",
    shows="the CUDA, drivers and GPUs it supports, and the PyTorch releases that pin it",
    answer=_answer,
)
