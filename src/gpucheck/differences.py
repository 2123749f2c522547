"""What differs between two snapshots: what changed since it worked, or why it works over there.

In: facts, twice. Out: `Difference` records, from the machine up to the packages. What changes by
itself is left out: memory in use, clocks, times, numbers of processes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.installed import releases
from gpucheck.compatibility.program_devices import cuda_devices
from gpucheck.compatibility.smoke import TITLES, has_computed_right
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Gpu, Section, SmokeTest
from gpucheck.lock import Lock

GIB = 1 << 30
WATCHED_VARIABLES = ("CUDA", "NVIDIA", "LD_LIBRARY_PATH", "PYTHONPATH", "XLA", "TF_", "TORCH")


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not the same."""

    area: str  # "Driver", "PyTorch", "packages"
    what: str  # "release"
    before: str | None  # None: it was not there, or not known
    after: str | None


def differences(before: Facts, after: Facts) -> tuple[Difference, ...]:
    """Return all that differs, in the order of an overview."""
    return _compared(dict(_told(before)), dict(_told(after)))


def differences_of_locks(before: Lock, after: Lock) -> tuple[Difference, ...]:
    """Return what differs of that which locks hold."""
    return _compared(_told_by(before), _told_by(after))


def says_nothing(of: Facts | Lock) -> bool:
    """Tell whether there is nothing in it that could be compared."""
    return not of.values if isinstance(of, Lock) else next(_told(of), None) is None


Told = dict[tuple[str, str], str]
"""Area and what → the value as text."""


def _told_by(lock: Lock) -> Told:
    return {("Lock", each.what): each.value for each in lock.values}


def _compared(old: Told, new: Told) -> tuple[Difference, ...]:
    keys = [*old, *(key for key in new if key not in old)]
    areas = list(dict.fromkeys(area for area, _ in keys))
    found = [
        Difference(area, what, old.get((area, what)), new.get((area, what)))
        for area, what in keys
        if old.get((area, what)) != new.get((area, what))
    ]
    return tuple(sorted(found, key=lambda each: areas.index(each.area)))


def _told(facts: Facts) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what is compared, as text; what is not known is left out."""
    for area, values in _areas(facts):
        for what, value in values.items():
            if value not in {None, ""}:
                yield (area, what), str(value)


def _areas(facts: Facts) -> Iterator[tuple[str, dict[str, object]]]:
    machine, packages = facts.machine.value, facts.packages.value
    yield (
        "Machine",
        {
            "system": machine.os_title,
            "kernel": machine.kernel_release,
            "architecture": machine.architecture,
            "C library": f"{machine.libc_name} {machine.libc_release}"
            if machine.libc_name
            else None,
            "container": machine.container_kind if machine.is_container else None,
            "kernel module": machine.kernel_module_release,
        },
    )
    driver = facts.driver.value
    yield "Driver", {"release": driver.driver_release, "runs CUDA up to": driver.driver_cuda}
    devices = cuda_devices(facts)
    yield "GPUs", {f"GPU {gpu.index}": _gpu(gpu) for gpu in facts.gpus}
    yield "GPUs", {"seen by CUDA": None if devices is None else len(devices)}
    yield "GPUs", {f"device {each.ordinal} of CUDA": each.name for each in devices or ()}
    nvccs = facts.toolkit.value.nvccs
    yield "Toolkit", {f"nvcc {nvcc.path}": nvcc.toolkit_cuda for nvcc in nvccs or ()}
    yield "Python", {"release": packages.python_release, "environment": packages.environment_kind}
    for name, section in facts.installed.items():
        yield FRAMEWORK_TITLES.get(name, name), _framework(section.value)
    yield "Smoke tests", {TITLES.get(n, n): _smoke(part) for n, part in facts.smoke.items()}
    yield "Variables", dict(_variables(facts))
    yield "Packages", dict(releases(facts))
    conda = packages.conda_packages or ()
    yield "Packages", {f"{each.name} (conda)": each.release for each in conda}


def _gpu(gpu: Gpu) -> str:
    memory = f", {gpu.memory_total_bytes / GIB:.1f} GiB" if gpu.memory_total_bytes else ""
    mode = f", {gpu.compute_mode} mode" if gpu.compute_mode not in {None, "default"} else ""
    mig = ", MIG" if gpu.is_mig_enabled else ""
    return f"{gpu.name or 'unnamed'}{memory}{mode}{mig}"


def _smoke(section: Section[SmokeTest]) -> str:
    """Return how a test ended; what it measured differs each time."""
    if not section.is_ok or section.value.errors:
        return "failed"
    devices = section.value.devices
    is_right = bool(devices) and all(map(has_computed_right, devices))
    return "right" if is_right else "wrong or nothing computed"


def _framework(build: Framework) -> dict[str, object]:
    return {
        "release": build.release,
        "distribution": build.distribution,
        "built for CUDA": build.built_for_cuda,
        "built for cuDNN": build.built_for_cudnn,
        "CUDA runtime": build.runtime_cuda,
        "cuDNN loaded": build.loaded_cudnn,
        "imports": "no" if build.import_failure else None,
        "GPU usable": build.is_gpu_usable,
        "GPUs seen": None if build.devices is None else len(build.devices),
    }


def _variables(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, value in sorted((facts.machine.value.environment or {}).items()):
        if name.startswith(WATCHED_VARIABLES):
            yield name, value
