"""The driver is too old for the CUDA that a framework was built with.

Why: a build needs a driver of at least its CUDA major's floor. Below it the framework finds no
GPU ("The NVIDIA driver on your system is too old") and falls back to the CPU.

How we know: the driver's release is below the floor. From CUDA 11 on any release of a major runs
on any driver of that major (minor-version compatibility), so a smaller difference is no fault.
A CUDA that libcuda itself offers (forward compatibility packages) counts as well. Where a program
of the machine's own toolkit printed error 35, the toolkit's CUDA is compared instead.

Fix: upgrade the driver, or install a build for an older CUDA.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor, is_below, is_newer_than_driver
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule, Skipped
from gpucheck.remedies import install_driver_for, newer_driver_or_older_build
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, DriverRelease


def check(facts: Facts, tables: Tables) -> Iterator[Finding | Skipped]:
    """Compare every framework's CUDA with the driver."""
    driver = facts.driver.value.driver_release
    if driver is None:
        return
    cuda = facts.cuda_driver.value
    for name, section in facts.installed.items():
        built = cuda_of(section.value)
        # A report may be older than the driver that it names; what ran weighs more.
        has_run = facts.origin == "report" and section.value.is_gpu_usable
        if built is None or not section.value.is_cuda_build or has_run:
            continue
        if cuda.driver_cuda and cuda.devices and not is_newer_than_driver(built, cuda.driver_cuda):
            continue
        floor = driver_floor(built, facts.driver_os, tables)
        subject = f"framework/{name}"
        if not isinstance(floor, Known):
            yield Skipped(subject=subject, reason=str(floor))
        elif is_below(driver, floor.value):
            yield _finding(facts, tables, section.value, driver, floor)
    yield from _of_toolkit(facts, tables, driver)


def _of_toolkit(facts: Facts, tables: Tables, driver: DriverRelease) -> Iterator[Finding]:
    """Report error 35 of a program beside a toolkit that this driver does not run."""
    said = said_for("GPU301", facts, tables)
    toolkits = [(nvcc.path, nvcc.toolkit_cuda) for nvcc in facts.toolkit.value.nvccs or ()]
    toolkits += [("named", cuda) for cuda in facts.named_cuda]
    for where, cuda in toolkits if said else ():
        built = BuiltForCuda((cuda.major, cuda.minor)) if cuda else None
        floor = driver_floor(built, facts.driver_os, tables) if built else None
        if isinstance(floor, Known) and is_below(driver, floor.value):
            yield Finding(
                subject="toolkit",
                message=(
                    f"The driver is too old for what the CUDA toolkit {cuda} compiles: that needs"
                    f" driver {floor.value} or newer."
                ),
                evidence=(f"driver {driver}", f"{where}: CUDA {cuda}", said[0].evidence),
                remedy=install_driver_for(facts, tables, at_least=str(floor.value)),
            )
            return


def cuda_of(build: Framework) -> BuiltForCuda | None:
    """Return the CUDA of a build; of some only the major is stated, and the floor needs no more."""
    major = build.built_for_cuda_major
    return build.built_for_cuda or (BuiltForCuda((major, 0)) if major else None)


def _finding(
    facts: Facts,
    tables: Tables,
    build: Framework,
    driver: DriverRelease,
    floor: Known[DriverRelease],
) -> Finding:
    title = FRAMEWORK_TITLES.get(build.name, build.name)
    cuda = build.built_for_cuda or build.built_for_cuda_major
    return Finding(
        subject=f"framework/{build.name}",
        message=(
            f"The driver is too old for {title}: {build.release} is built for CUDA"
            f" {cuda}, which needs driver {floor.value} or newer."
        ),
        evidence=(
            f"driver {driver} (NVML)",
            f"built for CUDA {cuda} ({build.build_source or build.distribution})",
            f"needed: {floor.source}",
        ),
        remedy=newer_driver_or_older_build(facts, tables, build, floor.value),
    )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to mend what only a line tells: the driver that is needed may not be known."""
    section = facts.installed.get(subject.removeprefix("framework/"))
    built = cuda_of(section.value) if section else None
    floor = driver_floor(built, facts.driver_os, tables) if built else None
    if section and isinstance(floor, Known):
        return newer_driver_or_older_build(facts, tables, section.value, floor.value)
    newer = install_driver_for(facts, tables, what="a newer NVIDIA driver")
    return Remedy(f"{newer.text} Or install a build for an older CUDA.", newer.commands)


RULE = Rule(
    "GPU301",
    "driver-too-old",
    "error",
    check,
    needs=("driver", "packages"),
    explained_by=("GPU505",),
    mend=mend,
)
