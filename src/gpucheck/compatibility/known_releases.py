"""Whether the tables know of a thing at all, or end before it.

In: what a machine or a build says of itself. Out: the newest that the table holds, when the
machine's is newer than that; None when it is not, or when nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from packaging.version import InvalidVersion, Version

from gpucheck.compatibility.drivers import DriverOs
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverRelease

Standing = Literal["listed", "newer", "unfinished"]
"""Not newer than what the table holds; newer; no final release, which no table lists."""

WINDOWS_BRANCH_SPAN = 5
"""Windows releases of a branch carry the next numbers: those of branch 590 are 591.xx. Branches
are five apart or more."""

FROM_SOURCE = ("git", "nv")
"""How the local part of a release begins that was built from source: "2.8.0+git5da9c2",
"2.6.0a0+ecf3bae40a.nv25.01"."""

_RELEASES: dict[str, Callable[[Tables], Iterable[str]]] = {
    "torch": lambda tables: (
        *(row.torch for row in tables.torch_index_wheels.rows),
        *(row.torch for row in tables.torch_wheels.rows),
    ),
    "tensorflow": lambda tables: (row.release for row in tables.tensorflow_wheels.rows),
    "jax": lambda tables: (row.release for row in tables.jax_wheels.rows),
    "cupy": lambda tables: (row.release for row in tables.cupy_wheels.rows),
    "numba": lambda tables: (
        row.release for row in tables.numba_wheels.rows if row.package == "numba"
    ),
    "onnxruntime": lambda tables: (row.release for row in tables.onnxruntime_wheels.rows),
    "mxnet": lambda tables: (row.release for row in tables.mxnet_wheels.rows),
}
"""The releases that the tables hold of each framework."""


def standing(framework: str, release: str, tables: Tables) -> tuple[Standing, str] | None:
    """Tell how a framework's release stands to its table, and the newest that the table holds.

    None: there is no such table, or the text is no release.
    """
    if framework not in _RELEASES:
        return None
    try:
        asked = Version(release)
    except InvalidVersion:
        return None
    newest = max(map(Version, set(_RELEASES[framework](tables))))
    local = asked.local or ""
    if asked.is_prerelease or any(part.startswith(FROM_SOURCE) for part in local.split(".")):
        return "unfinished", str(newest)
    return ("newer" if Version(asked.public) > newest else "listed"), str(newest)


def unlisted_capability(capability: ComputeCapability, tables: Tables) -> ComputeCapability | None:
    """Return the newest capability of the table, when it does not hold the one asked for."""
    known = [row.compute_capability for row in tables.architectures.rows]
    return None if capability in known or capability < min(known) else max(known)


def newest_branch_before(driver: DriverRelease, driver_os: DriverOs, tables: Tables) -> int | None:
    """Return the newest driver branch of the table, when the driver is of a newer one."""
    newest = max(row.driver_branch for row in tables.driver_branches.rows)
    span = WINDOWS_BRANCH_SPAN if driver_os == "Windows" else 1
    return newest if driver.major >= newest + span else None


def newest_cuda_before(cuda: BuiltForCuda, tables: Tables) -> BuiltForCuda | None:
    """Return the newest CUDA of the table, when a build's minor release is newer."""
    newest = max(row.cuda for row in tables.cuda_driver.rows)
    return newest if cuda.parts[:2] > newest.parts[:2] else None
