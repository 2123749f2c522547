"""The driver is too old for the CUDA that a framework was built with.

Why: a build needs a driver of at least its CUDA major's floor. Below it the framework finds no
GPU ("The NVIDIA driver on your system is too old") and falls back to the CPU.

How we know: the driver's release is below the floor. From CUDA 11 on any release of a major runs
on any driver of that major (minor-version compatibility), so a smaller difference is no fault.
A CUDA that libcuda itself offers (forward compatibility packages) counts as well.

Fix: upgrade the driver, or install a build for an older CUDA.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor, is_newer_than_driver, last_driver_branch
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule, Skipped
from gpucheck.remedies import fitting_torch, install_driver, install_torch
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
        if built is None or not section.value.is_cuda_build:
            continue
        if cuda.driver_cuda and cuda.devices and not is_newer_than_driver(built, cuda.driver_cuda):
            continue
        floor = driver_floor(built, facts.driver_os, tables)
        subject = f"framework/{name}"
        if not isinstance(floor, Known):
            yield Skipped(subject=subject, reason=str(floor))
        elif driver < floor.value:
            yield _finding(facts, tables, section.value, driver, floor)


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
        remedy=_remedy(facts, tables, build, floor.value),
    )


def _remedy(facts: Facts, tables: Tables, build: Framework, floor: DriverRelease) -> Remedy:
    upgrade = install_driver(facts.machine.value, at_least=str(floor))
    last_branches = [last_driver_branch(gpu.compute_capability, tables) for gpu in facts.gpus]
    last = min(filter(None, last_branches), default=None)
    is_last = last is not None and last < floor.major
    if is_last:
        upgrade = Remedy(f"No newer driver helps: branch {last} is the last for this GPU.")
    is_torch = build.name == "torch"
    if not is_torch or fitting_torch(facts, tables) is None:
        return upgrade
    other = install_torch(facts, tables)
    alternative = f"Or stay on this driver: {other.text[:1].lower()}{other.text[1:]}"
    return Remedy(f"{upgrade.text} {other.text if is_last else alternative}", other.commands)


RULE = Rule(
    id="GPU301",
    cause="driver-too-old",
    severity="error",
    check=check,
    needs=("driver", "packages"),
)
