"""Who provides a CUDA library that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, main_source, unknown
from gpucheck.answers.releases import spans
from gpucheck.compatibility.libraries import library_owner
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow

_SHARED_OBJECT = re.compile(r"(?:.*/)?(lib[\w+-]+?)(?:\.so(?:\.(\d{1,4})[\d.]*)?)?", re.ASCII)
_DLL = re.compile(
    r"(?:.*[\\/])?([a-z]\w*?)64_(\d{1,4})(?:_\d+)?(?:\.dll)?", re.IGNORECASE | re.ASCII
)

_MAJOR_DIGITS = 2
_LAST_MAJOR = 49
"""What is higher is a major of one digit with its minor: cudart64_92.dll is of CUDA 9.2."""


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    found, dll = _SHARED_OBJECT.fullmatch(value), _DLL.fullmatch(value)
    if found is None and dll:
        name = f"lib{dll[1].lower()}"
    elif found:
        name = found[1]
    else:
        name = f"lib{value}"
    owner = library_owner(f"{name}.so", tables)
    if not isinstance(owner, Known):
        known = (row.library for row in tables.library_owners.rows)
        return unknown(subject, value, tables.library_owners.name, known)
    number = found[2] if found else dll[2] if dll else None
    says = [*_owner(owner, _major(number) if number else None)]
    if dll and not found:
        says += _windows(name, int(dll[2]), tables)
    return Answer(f"{subject} {value}", tuple(says))


def _major(number: str) -> int:
    """Return the major in a name's number: 12 of "12", 11 of "110", 10 of "102", 9 of "92"."""
    is_with_minor = len(number) > _MAJOR_DIGITS or int(number) > _LAST_MAJOR
    return int(number[:-1]) if is_with_minor else int(number)


def _owner(owner: Known[LibraryOwnerRow], number: int | None) -> Iterator[Stated]:
    row, source = owner.value, owner.source
    yield Stated("is", (row.what,), source)
    if row.is_of_driver:
        yield Stated("comes with", ("the NVIDIA driver, and with nothing else",), source)
        return
    is_cuda = row.soname_major == "cuda"
    wheels = {11: row.pip_cu11, 12: row.pip_cu12, 13: row.pip_cu13}
    if is_cuda and number is not None:
        wheels = {number: wheels.get(number) or "none"}
    for major, package in wheels.items():
        if package:
            yield Stated(f"wheel for CUDA {major}", (package,), source)
    counts = "the CUDA major" if is_cuda else "its own major, not CUDA's"
    yield Stated("the number in its name", (f"is {counts}",), source)


def _windows(name: str, number: int, tables: Tables) -> Iterator[Stated]:
    """Yield the TensorFlow releases for Windows that load a cuDNN ("cudnn64_8.dll")."""
    table = tables.tensorflow_wheels
    if name != "libcudnn":
        return
    windows = [
        row for row in table.rows if (row.package, row.platform) == ("tensorflow", "win_amd64")
    ]
    loading = [row for row in windows if row.is_cuda_build and row.cudnn_major == number]
    if loading:
        releases = spans((row.release for row in loading), (row.release for row in windows))
        topic = "loaded by TensorFlow on Windows"
        yield Stated(topic, releases, main_source(table, loading))


QUERY = Query(
    subjects=("library", "lib"),
    sample="libcudnn.so.9",
    shows="what it is, and which wheel or driver provides it",
    answer=_answer,
)
