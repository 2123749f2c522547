"""PyTorch: what the package index serves, and the other builds of PyTorch's own index.

Of builds for another CUDA only cuDNN's and NCCL's release are in the tables; what else they
require is taken from the build that the package index serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.framework_builds import torch_builds
from gpucheck.compatibility.installed import version_of
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.torch import TorchIndexWheelRow, TorchWheelRow
from gpucheck.versions import BuiltForCuda

CPU = "cpu"
FIRST_WITH_NEW_GLIBC = "2.6"
NEW_GLIBC = "2.28"
"""What the builds of PyTorch's own index need from 2.6 on (PyTorch's release notes of 2.6)."""

FIRST_WITHOUT_SUFFIX = 13
"""From this CUDA on its own libraries' wheels are named without "-cuXX" (their index, 2026-11)."""
_LIBRARIES = tuple(
    f"nvidia-{name}"
    for name in ("cublas", "cuda-runtime", "cufft", "curand", "cusolver", "cusparse")
)
_NVIDIA = re.compile(r"(nvidia-|cuda-|triton|pytorch-triton)")


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every build for the platform."""
    platform = situation.platform
    served = {row.torch: row for row in tables.torch_index_wheels.rows if row.platform == platform}
    if situation.is_cpu:
        yield from (_for_cpu(row, tables) for row in served.values())
        return
    rows = {(r.torch, r.variant): r for r in tables.torch_wheels.rows if r.platform == platform}
    for build in torch_builds(tables):
        # What is only announced, or compiled for nobody knows which GPUs, is never proposed.
        if build.platform != platform or not (build.is_confirmed and build.targets):
            continue
        row, index = rows[build.release, build.variant or ""], served.get(build.release)
        is_served = build.is_index_default and index is not None and index.cuda is not None
        if not is_served and _is_nameless(build):
            continue
        glibc = index.glibc if index and is_served else _glibc(build.release, index)
        yield Offer(
            name="torch",
            package="torch",
            release=build.release,
            released=index.released if index else None,
            platform=platform,
            python=build.python,
            glibc=glibc,
            requires_python=index.requires_python if index else None,
            build=msgspec.structs.replace(build, glibc=glibc),
            cuda_major=build.cuda.major,
            cudnn=row.cudnn,
            has_unknown_pins=not is_served and row.cudnn is None and platform.startswith("linux"),
            variant=None if is_served else build.variant,
            form=None if is_served else build.form,
            requires=index.requires if index and is_served else _requires(row, index, tables),
            conda=row.conda,
            source=build.source,
        )


def _is_nameless(build: Build) -> bool:
    """Tell whether a build bears no "+cuXXX" by which pip could be told to take this one."""
    return build.form == "old" or (build.form == "find-links" and build.is_index_default)


def _for_cpu(row: TorchIndexWheelRow, tables: Tables) -> Offer:
    is_cuda = row.cuda is not None
    version = version_of(row.torch)
    return Offer(
        name="torch",
        package="torch",
        release=row.torch,
        released=row.released,
        platform=row.platform,
        python=row.python,
        glibc=row.glibc,
        requires_python=row.requires_python,
        variant=CPU if is_cuda else None,
        form=_form(version.release if version else (2,)) if is_cuda else None,
        requires=tuple(each for each in row.requires if not _NVIDIA.match(each)),
        source=tables.torch_index_wheels.source_of(row),
    )


def _form(release: tuple[int, ...]) -> str:
    """Return how pip is told the index of a CPU build (PyTorch, "Previous versions", 2026-11)."""
    if release >= (2,):
        return "index-url"
    return "extra-index+local" if release >= (1, 11) else "find-links"


def _glibc(release: str, index: TorchIndexWheelRow | None) -> str | None:
    version, first = version_of(release), version_of(FIRST_WITH_NEW_GLIBC)
    if version and first and version >= first and index and index.glibc:
        return NEW_GLIBC
    return index.glibc if index else None


def _requires(
    row: TorchWheelRow, index: TorchIndexWheelRow | None, tables: Tables
) -> tuple[str, ...]:
    """Return what such a build requires, as far as it can be told.

    Which release of CUDA's libraries it pins is not known, but they are of its CUDA's minor.
    """
    kept = [each for each in (index.requires if index else ()) if not _NVIDIA.match(each)]
    if not row.platform.startswith("linux"):
        return tuple(kept)
    for name, release in (("cudnn", row.cudnn), ("nccl", row.nccl or _nccl_of_major(row, tables))):
        if release:
            kept.append(f"nvidia-{name}-cu{row.cuda.major}=={release}")
    if row.form == "index-url":
        kept += _of_minor(row.cuda, tables)
    return tuple(kept)


def _nccl_of_major(row: TorchWheelRow, tables: Tables) -> str | None:
    """Return the NCCL of the release's other builds for the CUDA major, where they agree."""
    same = [r for r in tables.torch_wheels.rows if r.torch == row.torch and r.nccl]
    found = {r.nccl for r in same if r.cuda.major == row.cuda.major}
    return found.pop() if len(found) == 1 else None


def _of_minor(cuda: BuiltForCuda, tables: Tables) -> Iterator[str]:
    same = [r for r in tables.nvidia_wheels.rows if r.cuda.parts[:2] == cuda.parts[:2]]
    for name in _LIBRARIES:
        wheel = name if cuda.major >= FIRST_WITHOUT_SUFFIX else f"{name}-cu{cuda.major}"
        found = [v for r in same if (v := version_of(r.components.get(wheel)))]
        if found:
            yield f"{wheel}>={min(found)},<={max(found)}"
