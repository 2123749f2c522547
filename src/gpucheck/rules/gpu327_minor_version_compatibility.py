"""A build's CUDA is newer than the driver's, within what NVIDIA supports.

Why: it looks like a conflict and is none. From CUDA 11 on, machine code of any release of a CUDA
major runs on every driver of that major.

How we know: same major, the driver is at or above the major's floor, and the build's minor is
higher than the driver's.

Fix: nothing for code that is shipped compiled. Code compiled at run time (Triton, torch.compile,
Numba) can need a driver as new as the compiler.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor, is_newer_than_driver
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Known, Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note builds that rely on minor-version compatibility."""
    driver = facts.driver.value
    if driver.driver_release is None or driver.driver_cuda is None:
        return
    for name, section in facts.installed.items():
        built = section.value.built_for_cuda
        if built is None or not section.value.is_cuda_build:
            continue
        floor = driver_floor(built, facts.driver_os, tables)
        is_fine = isinstance(floor, Known) and driver.driver_release >= floor.value
        if not is_fine or not is_newer_than_driver(built, driver.driver_cuda):
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        yield Finding(
            subject=f"framework/{name}",
            message=(
                f"{title} is built for CUDA {built} and the driver offers {driver.driver_cuda}:"
                " that works, by minor-version compatibility. Code compiled at run time (Triton,"
                " torch.compile, Numba) may need a newer driver."
            ),
            evidence=(
                f"driver {driver.driver_release}; CUDA {built.major} runs from driver"
                f" {floor.value if isinstance(floor, Known) else '?'} on",
                f"source: {floor.source if isinstance(floor, Known) else ''}",
            ),
            severity="note",
        )


RULE = Rule(
    "GPU327",
    "minor-version-compat",
    "note",
    check,
    needs=("driver", "packages"),
    explained_by=("GPU304",),
)
