"""What of a snapshot or a lock file can be compared with another one, and what its silence means.

In: facts or a lock. Out: `Told`. What changes by itself is left out: memory in use, clocks, times,
numbers of processes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.installed import releases
from gpucheck.compatibility.program_devices import cuda_devices
from gpucheck.compatibility.smoke import TITLES, has_computed_right
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Gpu, Section, SmokeTest
from gpucheck.lock import ABSENT, COUNT, INSTALLED, MODEL, Lock, values_of

GIB = 1 << 30
NOT_KNOWN = "not known"
WATCHED_VARIABLES = ("CUDA", "NVIDIA", "LD_LIBRARY_PATH", "PYTHONPATH", "XLA", "TF_", "TORCH")


class Told(msgspec.Struct, frozen=True):
    """What is said of a machine, and what it means that something is not said."""

    values: dict[tuple[str, str], str | None]  # area and what → value, `ABSENT`; None: not known
    silent: frozenset[str] = frozenset()  # areas of which nothing was asked
    blind: frozenset[str] = frozenset()  # areas of which nothing could be learnt
    is_silent: bool = False  # a report: what it does not mention may be there

    def at(self, key: tuple[str, str]) -> str | None:
        """Return a value as it is shown; None: it is not there."""
        if key in self.values:
            value = self.values[key]
            return None if value == ABSENT else value or NOT_KNOWN
        return NOT_KNOWN if key[0] in self.blind else None

    def says(self, key: tuple[str, str]) -> bool:
        """Tell whether it says something of this, were it only that nobody could tell."""
        is_silent = self.is_silent or key[0] in self.silent
        return not is_silent or self.values.get(key) is not None


def held_by_lock(of: Lock | Facts) -> Told:
    """Return what lock files hold."""
    if isinstance(of, Lock):
        return Told({(_area_of(each.what), each.what): each.value for each in of.values})
    told = dict(values_of(of))
    values = {(_area_of(what), what): value for what, value in told.items()}
    blind = {
        _area_of(what) for what in told if what.endswith((INSTALLED, COUNT)) and not told[what]
    }
    silent = frozenset(_silent(of))
    return Told(values, silent, frozenset(blind), is_silent=of.origin == "report")


def _area_of(what: str) -> str:
    """Return what a value of a lock is about: a framework, or the machine."""
    titles = (title for title in FRAMEWORK_TITLES.values() if what.startswith(f"{title} "))
    return next(titles, "GPUs" if what.startswith((COUNT, MODEL)) else "Machine")


def told_by(facts: Facts) -> Told:
    """Return all of a snapshot or report that can be compared."""
    values = {
        (area, what): None if value in {None, ""} else str(value)
        for area, told in _areas(facts)
        for what, value in told.items()
    }
    silent = frozenset(_silent(facts))
    return Told(values, silent, frozenset(_blind(facts)), facts.origin == "report")


def _silent(facts: Facts) -> Iterator[str]:
    """Yield the areas of which not all was asked: what is said of them counts nevertheless."""
    yield "Smoke tests"
    for name, section in facts.installed.items():
        if section.outcome == "not_asked":
            yield _title(name)


def _blind(facts: Facts) -> Iterator[str]:
    """Yield the areas of which a list is not known."""
    if facts.driver.value.gpus is None:
        yield "GPUs"
    if facts.toolkit.value.nvccs is None:
        yield "Toolkit"
    if facts.machine.value.environment is None:
        yield "Variables"
    if not facts.packages.is_ok:
        yield from ("Packages", *map(_title, FRAMEWORK_TITLES))


def _title(name: str) -> str:
    return FRAMEWORK_TITLES.get(name, name)


def _areas(facts: Facts) -> Iterator[tuple[str, dict[str, object]]]:
    machine, packages = facts.machine.value, facts.packages.value
    no_container = "none" if facts.origin == "live" and facts.machine.is_ok else None
    yield (
        "Machine",
        {
            "system": machine.os_title,
            "kernel": machine.kernel_release,
            "architecture": machine.architecture,
            "C library": f"{machine.libc_name} {machine.libc_release}"
            if machine.libc_name
            else None,
            "container": machine.container_kind if machine.is_container else no_container,
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
        yield _title(name), _framework(section, is_live=facts.origin == "live")
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


def _framework(section: Section[Framework], *, is_live: bool) -> dict[str, object]:
    build = section.value
    has_imported = "yes" if is_live and section.is_ok else None
    return {
        "release": build.release,
        "distribution": build.distribution,
        "built for CUDA": build.built_for_cuda,
        "built for cuDNN": build.built_for_cudnn,
        "CUDA runtime": build.runtime_cuda,
        "cuDNN loaded": build.loaded_cudnn,
        "imports": "no" if build.import_failure else has_imported,
        "GPU usable": build.is_gpu_usable,
        "GPUs seen": None if build.devices is None else len(build.devices),
    }


def _variables(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, value in sorted((facts.machine.value.environment or {}).items()):
        if name.startswith(WATCHED_VARIABLES):
            yield name, value
