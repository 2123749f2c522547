"""`framework_conflicts`: which torch and TensorFlow of the package index exclude each other.

Linux x86_64 only. Judged by names and versions that both sides state in METADATA, with nothing
looked up: what a clash and its absence mean stands in `gpucheck.compatibility.requirements`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from packaging.version import Version

from gpucheck.compatibility.requirements import clashes, linux_environment, overwritten
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.releases import final_releases, pythons, speaker, wheels
from gpucheck.derive.requirements import always, of_extra
from gpucheck.derive.wheel_tags import platforms_of
from gpucheck.tables.rows.environments import FrameworkConflictRow

PLATFORM = "linux_x86_64"
FIRST_TORCH = Version("2.0.0")
FIRST_TENSORFLOW = Version("2.13.0")
EXTRA = "and-cuda"


@dataclass(frozen=True)
class _Release:
    """A release of one side, as far as it decides who it gets on with."""

    release: str
    pythons: tuple[str, ...]
    requires: tuple[str, ...]
    and_cuda: tuple[str, ...] | None  # None: there is no such extra


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    torches = _releases(index, "torch", FIRST_TORCH)
    tensorflows = _releases(index, "tensorflow", FIRST_TENSORFLOW)
    for torch, tensorflow in product(torches, tensorflows):
        yield _row(torch, tensorflow)


def _releases(index: Index, package: str, first: Version) -> list[_Release]:
    found = [
        (file, for_platform)
        for release, files in final_releases(index, package).items()
        if Version(release) >= first and (file := speaker(for_platform := _for_platform(files)))
    ]
    return index.each(found, lambda one: _release(index, *one))


def _for_platform(files: tuple[File, ...]) -> tuple[File, ...]:
    return tuple(file for file in wheels(files) if PLATFORM in platforms_of(file.filename))


def _release(index: Index, file: File, files: tuple[File, ...]) -> _Release:
    with index.open(file) as wheel:
        requires = wheel.metadata().requires
    return _Release(
        file.release,
        tuple(pythons(files)),
        always(requires, bool),
        of_extra(requires, EXTRA),
    )


def _row(torch: _Release, tensorflow: _Release) -> dict[str, Any]:
    common = [python for python in torch.pythons if python in tensorflow.pythons]
    plain, extra = tensorflow.requires, tensorflow.and_cuda
    return {
        "torch": torch.release,
        "tensorflow": tensorflow.release,
        "python": common,
        "clashes": _clashes(torch.requires, plain, common),
        "and_cuda_clashes": (
            None if extra is None else _clashes(torch.requires, (*plain, *extra), common)
        ),
    }


def _clashes(first: tuple[str, ...], second: tuple[str, ...], common: list[str]) -> list[str]:
    """Return what clashes for one of the Pythons, or for several."""
    found: set[str] = set()
    for python in common:
        environment = linux_environment(python)
        found |= {*clashes(first, second, environment), *overwritten(first, second, environment)}
    return sorted(found)


GENERATOR = Generator(
    name="framework_conflicts",
    states=(
        "The packages on which a torch and a TensorFlow of the package index exclude each other on"
        " Linux x86_64, without and with the extra and-cuda (null: there is no such extra), for at"
        " least one of the Pythons that both have wheels for: by requirements that no version"
        " meets, or, where two names are joined by 'and', as wheels for two CUDA majors that"
        " overwrite each other's files, which no installer refuses. Requirements of the two alone"
        " are compared: a clash is certain, none is no promise."
    ),
    reads=(
        "Package index: METADATA of the Linux x86_64 wheel for the newest Python of every final"
        " release of torch since 2.0.0 and of tensorflow since 2.13.0"
    ),
    row=FrameworkConflictRow,
    rows=_rows,
)
