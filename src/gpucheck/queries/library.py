"""Who provides a CUDA library that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, unknown
from gpucheck.answers.releases import spans
from gpucheck.compatibility.libraries import library_owner
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow

_SHARED_OBJECT = re.compile(r"(?:.*/)?(lib[\w+-]+?)(?:\.so(?:\.(\d{1,4})[\d.]*)?)?", re.ASCII)
_DLL = re.compile(
    r"(?:.*[\\/])?([a-z]\w*?)64_(\d{1,4})(?:_\d+)?(?:\.dll)?", re.IGNORECASE | re.ASCII
)


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
    says = [*_owner(owner, int(found[2]) if found and found[2] else None)]
    if dll and not found:
        says += _windows(name, int(dll[2]), tables)
    return Answer(f"{subject} {value}", tuple(says))


def _owner(owner: Known[LibraryOwnerRow], number: int | None) -> Iterator[Stated]:
    row, source = owner.value, owner.source
    yield Stated("is", (row.what,), source)
    if row.is_of_driver:
        yield Stated("comes with", ("the NVIDIA driver, and with nothing else",), source)
        return
    is_cuda = row.soname_major == "cuda"
    for major, package in ((11, row.pip_cu11), (12, row.pip_cu12), (13, row.pip_cu13)):
        if package and (number is None or not is_cuda or number == major):
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
        yield Stated(topic, releases, table.source_of(loading[-1]))


QUERY = Query(
    subjects=("library", "lib"),
    sample="libcudnn.so.9",
    shows="what it is, and which wheel or driver provides it",
    answer=_answer,
)
