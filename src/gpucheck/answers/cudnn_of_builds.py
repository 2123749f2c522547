"""Whether the cuDNN that a framework build brings has code for a GPU."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from gpucheck.answers.releases import requirement
from gpucheck.compatibility.cudnn import oldest_capability
from gpucheck.tables import Known, Tables
from gpucheck.versions import ComputeCapability, CudnnVersion

WHEELS = ("nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13")


class CudnnFit(NamedTuple):
    """Whether a build's cuDNN has code for a GPU."""

    fits: bool | None  # None: not known
    says: str = ""  # how it fits, or why it does not


def fit_of_release(release: str | None, gpu: ComputeCapability, tables: Tables) -> CudnnFit:
    """Tell whether a cuDNN such as "9.1.0.70" has code for a GPU."""
    if release is None:
        return CudnnFit(None)
    oldest = oldest_capability(CudnnVersion.parse(release), tables)
    if not isinstance(oldest, Known):
        return CudnnFit(None, f"the GPUs of its cuDNN {release} are not known")
    if oldest.value <= gpu:
        return CudnnFit(fits=True)
    return CudnnFit(fits=False, says=f"cuDNN {release}, for GPUs from {oldest.value}")


def fit_of_requirement(requires: Iterable[str], gpu: ComputeCapability, tables: Tables) -> CudnnFit:
    """Tell whether the newest cuDNN that requirements allow has code for a GPU.

    When it has none, an older one that they allow is named, which then has to be pinned.
    """
    texts = tuple(requires)
    for package in WHEELS:
        allowed = requirement(texts, package)
        if allowed is None:
            continue
        releases = _allowed(package, allowed, tables)
        if not releases:
            return CudnnFit(None)
        newest = fit_of_release(releases[-1], gpu, tables)
        older = [r for r in releases if fit_of_release(r, gpu, tables).fits]
        if newest.fits is False and older:
            return CudnnFit(
                fits=True, says=f"with {package}=={older[-1]}, as newer ones dropped it"
            )
        return newest
    return CudnnFit(None)


def _allowed(package: str, specifiers: str, tables: Tables) -> list[str]:
    """Return the releases that specifiers allow, oldest first."""
    wanted = SpecifierSet(specifiers)
    of_package = (row for row in tables.nvidia_libraries.rows if row.package == package)
    return [release for row in of_package for release in row.releases if release in wanted]
