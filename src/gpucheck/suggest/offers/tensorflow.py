"""TensorFlow: with the CUDA that its extra brings, or with that of the machine.

Before the extra, and where it pins a TensorRT that the index lacks, TensorFlow takes the CUDA and
cuDNN of the machine: those of its documentation's tested configurations.
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.builds import Build
from gpucheck.suggest.offer import Offer, offer_of
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowTestedRow, TensorflowWheelRow
from gpucheck.versions import BuiltForCuda

_CPU_PACKAGES = {"linux_x86_64": "tensorflow-cpu", "win_amd64": "tensorflow-cpu"}
_SYSTEMS = {"linux_x86_64": "linux_gpu", "win_amd64": "windows_gpu"}


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release for the platform."""
    platform = situation.platform
    tested = {
        (_minor(row.release), row.package): row
        for row in tables.tensorflow_tested.rows
        if row.platform == _SYSTEMS.get(platform)
    }
    for row in tables.tensorflow_wheels.rows:
        if row.platform != platform:
            continue
        if situation.is_cpu:
            if row.package == _CPU_PACKAGES.get(platform, "tensorflow") and not row.is_cuda_build:
                yield _offer(row, tables)
            continue
        known = tested.get((_minor(row.release), row.package))
        cuda = row.cuda or _cuda_of(known)
        if row.is_cuda_build is not False and cuda is not None:
            yield _with_cuda(row, cuda, known, tables)


def _offer(row: TensorflowWheelRow, tables: Tables) -> Offer:
    return offer_of(
        row,
        name="tensorflow",
        package=row.package,
        platform=row.platform,
        requires=row.requires,
        source=tables.tensorflow_wheels.source_of(row),
    )


def _with_cuda(
    row: TensorflowWheelRow, cuda: BuiltForCuda, tested: TensorflowTestedRow | None, tables: Tables
) -> Offer:
    extra = row.and_cuda or ()
    has_extra = bool(extra) and not any(each.startswith("tensorrt") for each in extra)
    has_extra = has_extra and row.platform.startswith("linux")
    package = f"{row.package}[and-cuda]" if has_extra else row.package
    cudnn = tested.cudnn if tested else row.cudnn_major
    needs = f"CUDA {tested.cuda if tested else cuda}{f' and cuDNN {cudnn}' if cudnn else ''}"
    return offer_of(
        row,
        name="tensorflow",
        package=package,
        platform=row.platform,
        build=Build(
            package=package,
            release=row.release,
            cuda=cuda,
            platform=row.platform,
            python=row.python,
            glibc=row.glibc,
            targets=row.targets,
            brings=extra if has_extra else (),
            source=tables.tensorflow_wheels.source_of(row),
        ),
        cuda_major=cuda.major,
        requires=(*row.requires, *(extra if has_extra else ())),
        needs=None if has_extra else needs,
        source=tables.tensorflow_wheels.source_of(row),
    )


def _cuda_of(row: TensorflowTestedRow | None) -> BuiltForCuda | None:
    if row is None or not row.cuda:
        return None
    return BuiltForCuda.parse(row.cuda if "." in row.cuda else f"{row.cuda}.0")


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])
