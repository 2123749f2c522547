"""Which cuDNN a framework gets, and whether that one fits its build and the GPU.

PyTorch, XLA and JAX all refuse another major or a lower minor than they were built with, as their
own messages say (table `error_messages`); which GPUs a release supports is in the table `cudnn`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from gpucheck.compatibility.installed import majors_of
from gpucheck.compatibility.loaded import file_release, is_of_environment, numbers, own_wheel
from gpucheck.facts import Facts, Framework
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.cuda import CudnnRow
from gpucheck.versions import ComputeCapability, CudnnVersion

LIBRARY = "libcudnn"
LOADS_IT_ITSELF = frozenset({"jax", "tensorflow"})
"""Frameworks that import without cuDNN, open it by name, and use no GPU when it is not found."""


class CudnnInUse(msgspec.Struct, frozen=True):
    """The cuDNN of a framework, with who says so."""

    version: CudnnVersion
    source: str
    is_loaded: bool  # False: it is what the wheel holds, and would be loaded


def cudnn_in_use(facts: Facts, build: Framework, tables: Tables) -> CudnnInUse | None:
    """Return the cuDNN that a framework loaded, else the one of its wheel; None: not known."""
    if build.loaded_cudnn is not None:
        return CudnnInUse(release_of(build.loaded_cudnn), f"loaded by {build.name}", is_loaded=True)
    wheel = own_wheel("libcudnn.so", facts, build, tables)
    others = majors_of_loader(facts)
    if wheel is None or not numbers(wheel.release or "") or others:
        return None
    version = release_of(CudnnVersion(numbers(wheel.release or "")))
    return CudnnInUse(version, f"{wheel.name} {wheel.release}", is_loaded=False)


def majors_of_loader(facts: Facts) -> bool:
    """Tell whether LD_LIBRARY_PATH offers a cuDNN, which then may come before a wheel's."""
    libraries = facts.toolkit.value.loader_libraries or ()
    named = (each for each in libraries if each.soname.startswith("libcudnn.so"))
    return any(each.found_via == "LD_LIBRARY_PATH" and not each.is_dangling for each in named)


def release_of(version: CudnnVersion) -> CudnnVersion:
    """Cut a wheel's 9.1.0.70 to the release 9.1.0."""
    return CudnnVersion(version.parts[:3])


def misfit(built_for: CudnnVersion, loaded: CudnnVersion) -> Literal["older", "major"] | None:
    """Tell why a loaded cuDNN does not fit a build; of the build often only the major is known."""
    if loaded.major != built_for.major:
        return "major"
    is_known = len(built_for.parts) > 1
    return "older" if is_known and loaded.minor < built_for.minor else None


def is_broken(facts: Facts, build: Framework, tables: Tables) -> bool:
    """Tell whether the loaded cuDNN is known not to work with the build, or within itself."""
    built, loaded = build.built_for_cudnn, build.loaded_cudnn
    if len(set(releases_loaded(facts, build, tables).values())) > 1:
        return True
    return bool(built and loaded and misfit(built, loaded))


def is_found(built_for: CudnnVersion, facts: Facts, tables: Tables) -> bool | None:
    """Tell whether a cuDNN of the build's major can be found at all; None: not known."""
    majors = majors_of(LIBRARY, facts, tables)
    return None if majors is None else built_for.major in majors


def oldest_capability(
    version: CudnnVersion, tables: Tables
) -> Known[ComputeCapability] | NotInTable:
    """Return the oldest compute capability that a cuDNN has code for."""
    table = tables.cudnn
    row = _row_of(release_of(version), tables)
    if row is None or row.capability_min is None:
        return table.lacks(f"cuDNN {version}")
    return Known(row.capability_min, table.source_of(row))


def last_cudnn_for(
    capability: ComputeCapability, cuda_major: int | None, tables: Tables
) -> CudnnVersion | None:
    """Return the newest cuDNN with code for a GPU and built for a CUDA major; None: none known."""
    rows = [
        row
        for row in tables.cudnn.rows
        if row.capability_min is not None
        and row.capability_min <= capability
        and (cuda_major is None or cuda_major in row.cuda_majors)
    ]
    return rows[-1].cudnn_to if rows else None


def newest_wheel(name: str, at_most: CudnnVersion, tables: Tables) -> str | None:
    """Return the newest release of a cuDNN wheel that is no newer than a cuDNN."""
    for row in tables.nvidia_libraries.rows:
        if row.package == name:
            fitting = [r for r in row.releases if numbers(r)[:3] <= at_most.parts[:3]]
            return fitting[-1] if fitting else None
    return None


def releases_loaded(facts: Facts, build: Framework, tables: Tables) -> dict[str, CudnnVersion]:
    """Return the release of every loaded part of cuDNN, by its path, where it can be told."""
    return dict(_releases_loaded(facts, build, tables))


def _releases_loaded(
    facts: Facts, build: Framework, tables: Tables
) -> Iterator[tuple[str, CudnnVersion]]:
    wheel = own_wheel("libcudnn.so", facts, build, tables)
    by_folder = {
        install.path.rpartition("/")[0]: install.version
        for install in facts.toolkit.value.cudnn_installs or ()
    }
    for library in build.loaded_libraries or ():
        if not library.soname.startswith(LIBRARY):
            continue
        told = file_release(library.path)
        if told and len(numbers(told)) > 2:  # noqa: PLR2004 - 9.1.0, not the 9.1 of a short link
            yield library.path, release_of(CudnnVersion(numbers(told)))
        elif "/nvidia/cudnn/" in library.path and is_of_environment(library.path, facts):
            if wheel is not None and numbers(wheel.release or ""):
                yield library.path, release_of(CudnnVersion(numbers(wheel.release or "")))
        elif version := by_folder.get(library.path.rpartition("/")[0]):
            yield library.path, release_of(version)


def _row_of(version: CudnnVersion, tables: Tables) -> CudnnRow | None:
    for row in tables.cudnn.rows:
        if row.cudnn_from <= version <= row.cudnn_to:
            return row
    return None
