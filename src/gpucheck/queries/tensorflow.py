"""What a TensorFlow release was built for, what its documentation tested, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.driver_floors import drivers_for
from gpucheck.answers.releases import (
    by_version,
    choose,
    python_spans,
    requirement,
    version,
    without_markers,
)
from gpucheck.answers.tensorflow_builds import pins_tensorrt, platforms, tested
from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow

TENSORRT = "the releases of tensorrt that it pins do not install from the index; 2.15.1 pins none"
PACKAGES = ("tensorflow", "tensorflow-gpu", "tensorflow-cpu")


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.tensorflow_wheels
    package = subject if subject in PACKAGES else "tensorflow"
    of_package = [row.release for row in table.rows if row.package == package]
    says: list[Stated] = []
    choice = choose(value, of_package)
    if choice is None and package != "tensorflow":
        choice = choose(value, (row.release for row in table.rows if row.package == "tensorflow"))
        if choice and of_package:
            says += _without(package, choice.release, by_version(of_package), tables)
            package = "tensorflow"
    if choice is None:
        return unknown(subject, value, table.name, of_package)
    rows = [r for r in table.rows if (r.release, r.package) == (choice.release, package)]
    main = next((row for row in rows if row.platform == "linux_x86_64"), rows[0])
    left_open = choice.stated(table.source_of(main))
    says += [
        *(left_open[1:] if says else left_open),  # which package is shown names the release too
        *_release(main, tables),
        *platforms(rows, tables),
        *_with_cuda(main, tables),
        *tested(main, tables),
        *_needs(main, tables),
        *_windows(rows, tables),
        *_one_of(choice.release, tables),
    ]
    return Answer(f"{subject} {value}", tuple(says))


def _without(package: str, release: str, has: list[str], tables: Tables) -> Iterator[Stated]:
    """Yield that a release exists as tensorflow only."""
    table = tables.tensorflow_wheels
    row = next(row for row in table.rows if row.release == release)
    is_after = version(release) > version(has[-1])
    says = f"its last release is {has[-1]}" if is_after else f"its releases: {has[0]}–{has[-1]}"
    yield Stated(package, (f"there is no {release}: {says}",), table.source_of(row))
    yield Stated("shown", (f"tensorflow {release}",), table.source_of(row))


def _release(row: TensorflowWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.tensorflow_wheels.source_of(row)
    yield from stated("released", row.released, source)
    yield from stated("Python", python_spans(row.python), source)


def _with_cuda(row: TensorflowWheelRow, tables: Tables) -> Iterator[Stated]:
    """Yield the package that has the CUDA build of a release, where it is another one."""
    table = tables.tensorflow_wheels
    if row.is_cuda_build is not False:
        return
    for other in table.rows:
        is_same = (other.release, other.platform) == (row.release, row.platform)
        if is_same and other.is_cuda_build and other.package != row.package:
            cuda = f": CUDA {other.cuda}" if other.cuda else ""
            cudnn = f", cuDNN {other.cudnn_major}" if other.cudnn_major else ""
            says = f"{other.package}=={other.release}{cuda}{cudnn}"
            yield Stated("the CUDA build is", (says,), table.source_of(other))


def _needs(row: TensorflowWheelRow, tables: Tables) -> Iterator[Stated]:
    source = tables.tensorflow_wheels.source_of(row)
    if row.cuda is not None:
        yield from drivers_for(row.cuda, tables)
    if row.is_cuda_build and row.and_cuda is None:
        yield Stated("CUDA comes from", ("the system or conda: no extra and-cuda",), source)
    elif row.and_cuda:
        yield Stated("[and-cuda] brings", without_markers(row.and_cuda), source)
        if pins_tensorrt(row.and_cuda):
            yield Stated("[and-cuda] with pip", (TENSORRT,), source)
    for name in ("numpy", "keras", "protobuf"):
        yield from stated(name, requirement(row.requires, name), source)


def _windows(rows: list[TensorflowWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield the last release with a CUDA build for Windows, where this one has none."""
    if any(row.platform == "win_amd64" and row.is_cuda_build for row in rows):
        return
    table = tables.tensorflow_wheels
    built = [
        row
        for row in table.rows
        if row.platform == "win_amd64" and row.is_cuda_build and row.package == "tensorflow"
    ]
    newest = max(built, key=lambda row: version(row.release), default=None)
    if newest and version(rows[0].release) > version(newest.release):
        says = f"the last CUDA build for Windows is {newest.release}: newer ones need WSL2"
        yield Stated("on Windows", (says,), table.source_of(newest))


def _one_of(release: str, tables: Tables) -> Iterator[Stated]:
    """Yield which packages hold the same import package in this release."""
    table = tables.tensorflow_wheels
    rows = [row for row in table.rows if row.release == release]
    names = [name for name in PACKAGES if any(row.package == name for row in rows)]
    if len(names) > 1:
        says = f"one of {', '.join(names)}: they write the same files"
        yield Stated("install only", (says,), table.source_of(rows[0]))


QUERY = Query(
    subjects=("tensorflow", "tf", "tensorflow-gpu", "tensorflow-cpu"),
    sample="2.18.0",
    shows="Pythons, the CUDA it was built for and the one documented, what [and-cuda] brings",
    answer=_answer,
)
