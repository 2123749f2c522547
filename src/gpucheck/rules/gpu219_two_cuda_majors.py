"""Wheels of two CUDA majors are in one environment.

Why: packages of different CUDA majors install side by side without a complaint, but the newer one
needs the newer driver. And cuDNN, NCCL and their like put their files of all majors into one
folder: the wheel that was installed last has overwritten the other, and removing either takes the
files away.

How we know: the names of NVIDIA's installed wheels. It is a warning when two wheels of cuDNN
overwrite each other, or when the driver is too old for the newer major; else a note.

Fix: keep the wheels of one major, the one that the frameworks are built for.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor
from gpucheck.compatibility.nvidia_wheels import BOUND_TO_MAJOR, overwritten, wheels_by_major
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import keep_one_cuda_major
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda

SHOWN = 3
"""Wheels that are shown of each major: an environment has a dozen."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report wheels of several CUDA majors."""
    by_major = wheels_by_major(facts, tables)
    if len(by_major) < 2:  # noqa: PLR2004
        return
    pairs = overwritten(facts, tables)
    newest = max(by_major)
    floor = driver_floor(BuiltForCuda((newest, 0)), facts.driver_os, tables)
    driver = facts.driver.value.driver_release
    is_old = bool(driver and isinstance(floor, Known) and driver < floor.value)
    breaks = any(pair[0].name.startswith(BOUND_TO_MAJOR) for pair in pairs)
    what = ""
    if pairs:
        what = f" {pairs[0][0].name} and {pairs[0][1].name} overwrite each other's files."
    elif is_old and isinstance(floor, Known):
        what = f" What uses CUDA {newest} needs driver {floor.value}; there is {driver}."
    yield Finding(
        subject="environment",
        message=f"Wheels of CUDA {' and '.join(map(str, sorted(by_major)))} are installed side by"
        f" side.{what}",
        evidence=tuple(
            f"CUDA {major}: " + ", ".join(f"{each.name} {each.release}" for each in wheels[:SHOWN])
            for major, wheels in sorted(by_major.items())
        ),
        remedy=keep_one_cuda_major(facts, by_major, pairs),
        severity="warning" if breaks or is_old else "note",
    )


RULE = Rule("GPU219", "two-cuda-majors", "warning", check, needs=("packages",))
