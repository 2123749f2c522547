"""TensorFlow's wheels beside the configurations that its documentation calls tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gpucheck.answers import Stated
from gpucheck.answers.releases import platform_names, python_spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowTestedRow, TensorflowWheelRow

_SYSTEMS = {"linux_gpu": "Linux", "windows_gpu": "Windows"}
_SPAN = re.compile(r"(\d+)\.(\d+)(?:\s*-\s*(\d+)\.(\d+))?")


def pins_tensorrt(and_cuda: Iterable[str]) -> bool:
    """Tell whether the extra pins releases of tensorrt, which do not install from the index."""
    return any(each.startswith("tensorrt") for each in and_cuda)


def platforms(rows: list[TensorflowWheelRow], tables: Tables) -> Iterator[Stated]:
    """Yield what each wheel of a release is: a build for a CUDA, without CUDA, or not told."""
    table = tables.tensorflow_wheels
    for row in rows:
        if row.is_cuda_build:
            yield Stated(platform_names([row.platform]), tuple(_build(row)), table.source_of(row))
    for is_build, says in ((False, "without CUDA"), (None, "not told by the wheel")):
        alike = [row for row in rows if row.is_cuda_build is is_build]
        if alike:
            names = platform_names(row.platform for row in alike)
            yield Stated(says, (names,), table.source_of(alike[0]))


def _build(row: TensorflowWheelRow) -> Iterator[str]:
    yield f"CUDA {row.cuda}" if row.cuda else "CUDA (which is not told)"
    if row.cudnn_major is not None:
        yield f"cuDNN {row.cudnn_major}"
    yield f"Python {', '.join(python_spans(row.python))}"
    if row.glibc:
        yield f"its tag promises glibc {row.glibc}"
    if row.targets:
        yield f"GPUs {' '.join(row.targets)}"


def tested(wheel: TensorflowWheelRow, tables: Tables) -> Iterator[Stated]:
    """Yield the documented configurations of the release's minor, and where the wheel differs."""
    table = tables.tensorflow_tested
    minor = _minor(wheel.release)
    rows = [row for row in table.rows if _minor(row.release) == minor]
    rows = [row for row in rows if row.release == wheel.release] or rows
    for row in rows:
        values = (
            row.package,
            *([f"CUDA {row.cuda}"] if row.cuda else []),
            *([f"cuDNN {row.cudnn}"] if row.cudnn else []),
            f"Python {row.python}",
        )
        yield Stated(f"documented, {_SYSTEMS[row.platform]}", values, table.source_of(row))
        differing = tuple(_differing(wheel, row))
        if row.platform == "linux_gpu" and differing:
            yield Stated("the wheel differs", differing, table.source_of(row))


def _minor(release: str) -> list[str]:
    return release.split(".")[:2]


def _differing(wheel: TensorflowWheelRow, row: TensorflowTestedRow) -> Iterator[str]:
    if wheel.platform != "linux_x86_64" or wheel.package == "tensorflow-cpu":
        return
    if wheel.cuda and row.cuda and not _is_same(str(wheel.cuda), row.cuda):
        yield f"CUDA {wheel.cuda}, documented {row.cuda}"
    if wheel.cudnn_major and row.cudnn and not _is_same(str(wheel.cudnn_major), row.cudnn):
        yield f"cuDNN {wheel.cudnn_major}, documented {row.cudnn}"
    if wheel.python and set(wheel.python) != _pythons(row.python):
        yield f"Python {', '.join(python_spans(wheel.python))}, documented {row.python}"


def _is_same(one: str, other: str) -> bool:
    """Tell whether two releases agree as far as both are told: "12.5.1" and "12.5" do."""
    return all(a == b for a, b in zip(one.split("."), other.split("."), strict=False))


def _pythons(documented: str) -> set[str]:
    """Return the Pythons of a documented list: "2.7, 3.3-3.6"."""
    found = set()
    for first, low, last, high in _SPAN.findall(documented):
        until = int(high) if last == first else int(low)
        found |= {f"{first}.{minor}" for minor in range(int(low), until + 1)}
    return found
