"""How to give Numba a CUDA that fits the driver."""

from __future__ import annotations

from gpucheck.compatibility.builds import Build, Machine, fits, has_python
from gpucheck.compatibility.installed import is_from_conda, version_of
from gpucheck.compatibility.nvidia_wheels import majors_beside
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install, install_from_conda, machine_to_fit
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability

LEAST_CAPABILITY = ComputeCapability.parse("3.5")
"""Older GPUs are refused elsewhere; what counts here is which CUDA major dropped which GPU."""


def install_numba_cuda(facts: Facts, tables: Tables) -> Remedy:
    """Return how to install numba-cuda with the CUDA components that this driver runs."""
    if is_from_conda(facts, "numba"):
        return install_from_conda(facts, "Numba", "numba-cuda")
    machine = machine_to_fit(facts)
    text = "Install numba-cuda with the CUDA components of a major that the driver runs"
    if machine is None:
        return Remedy(f'{text}: "numba-cuda[cu12]" or "numba-cuda[cu13]".')
    rows = [row for row in tables.numba_wheels.rows if row.package == "numba-cuda"]
    newest = max(
        (row for row in rows if has_python(row.python, machine.python or "")),
        key=lambda row: version_of(row.release) or version_of("0"),  # type: ignore[arg-type,return-value]
        default=None,
    )
    if newest is None:
        return Remedy(f"{text}; for this Python there is no wheel of numba-cuda.")
    there = majors_beside("numba", facts, tables)
    majors = [int(extra.removeprefix("cu")) for extra in newest.extras]
    # A major that the environment has already goes first, so that it does not get two.
    for major in sorted(majors, key=lambda major: (major in there, major), reverse=True):
        if _runs(major, machine, tables):
            wanted = f"numba-cuda[cu{major}]"
            return install(facts, f"{text}: here that is cu{major}.", wanted)
    return Remedy("No CUDA that numba-cuda can bring runs on this driver and GPU: upgrade it.")


def _runs(major: int, machine: Machine, tables: Tables) -> bool:
    build = Build(
        package="numba-cuda",
        release="0",
        cuda=BuiltForCuda((major, 0)),
        platform=machine.platform or "any",
        python=(machine.python or "3",),
        capability_min=LEAST_CAPABILITY,
        source="",
    )
    return fits(build, machine, tables)
