"""Whether a build of a framework fits a machine, and if not, why.

What is not known of the machine (None) is not judged; what is not known of the build is said to
be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from gpucheck.compatibility.devices import TEGRA, code_for, targets_of
from gpucheck.compatibility.drivers import DriverOs, driver_floor, full_support_driver, is_below
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverRelease

_NUMBER = re.compile(r"[0-9]+")


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """A CUDA build of a framework for one platform."""

    package: str  # what pip installs: "torch", "cupy-cuda12x", "jax[cuda12]"
    release: str
    variant: str | None = None  # "cu124", where builds differ by their index
    cuda: BuiltForCuda  # X.0 where no more than the major counts
    platform: str  # "linux_x86_64"
    python: tuple[str, ...]  # "3.12", "3.13t", "3.8+", "3"
    glibc: str | None = None
    targets: tuple[str, ...] | None = None  # "9.0", "9.0+PTX"; None: not known
    capability_min: ComputeCapability | None = None  # of what is compiled on the spot
    is_confirmed: bool = True  # False: announced, but nobody was seen to have it
    is_index_default: bool = True  # whether the package index serves this one
    form: str | None = None  # how pip is told the index of another one
    brings: tuple[str, ...] = ()  # NVIDIA's wheels, as an extra asks for them
    source: str


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What a build must fit; None: not known, and not judged."""

    platform: str | None = None
    python: str | None = None  # "3.12"
    glibc: str | None = None
    driver: DriverRelease | None = None
    driver_os: DriverOs = "Linux"
    capabilities: tuple[ComputeCapability, ...] = ()


class Misfit(msgspec.Struct, frozen=True):
    """A reason why a build does not fit, or why it cannot be told."""

    what: Literal["platform", "python", "glibc", "driver", "device"]
    says: str
    is_certain: bool = True


def misfits(build: Build, machine: Machine, tables: Tables) -> Iterator[Misfit]:
    """Yield why a build does not fit a machine; none: it fits in all that is known."""
    if machine.platform not in {None, build.platform, "any"}:
        yield Misfit("platform", f"it is for {build.platform}, not {machine.platform}")
    if machine.python and not has_python(build.python, machine.python):
        yield Misfit("python", f"it has no wheel for Python {machine.python}")
    if machine.glibc and build.glibc and _numbers(machine.glibc) < _numbers(build.glibc):
        yield Misfit("glibc", f"it needs glibc {build.glibc}; there is {machine.glibc}")
    yield from _driver_misfits(build, machine, tables)
    yield from _device_misfits(build, machine, tables)


def fits(build: Build, machine: Machine, tables: Tables) -> bool:
    """Tell whether a build is known to fit."""
    return next(misfits(build, machine, tables), None) is None


def has_python(offered: tuple[str, ...], python: str) -> bool:
    """Tell whether wheels for the Pythons `offered` include one for `python` ("3.12", "3.13t")."""
    if python in offered or python.split(".")[0] in offered:
        return True
    if python.endswith("t"):
        return False  # the stable ABI leaves free-threaded builds out (PEP 703)
    since = [entry.removesuffix("+") for entry in offered if entry.endswith("+")]
    here = _numbers(python)
    return any(_numbers(first)[:1] == here[:1] and _numbers(first) <= here for first in since)


def _driver_misfits(build: Build, machine: Machine, tables: Tables) -> Iterator[Misfit]:
    if machine.driver is None:
        return
    floor = driver_floor(build.cuda, machine.driver_os, tables)
    if not isinstance(floor, Known):
        yield Misfit("driver", f"which driver it needs is not known: {floor}", is_certain=False)
    elif is_below(machine.driver, floor.value):
        needs = f"CUDA {build.cuda} needs driver {floor.value}; there is {machine.driver}"
        yield Misfit("driver", needs)


def _device_misfits(build: Build, machine: Machine, tables: Tables) -> Iterator[Misfit]:
    if not machine.capabilities:
        return
    if build.targets is None:
        yield from _too_old(build, machine, tables)
        return
    sass, ptx = targets_of(build.targets)
    for capability in machine.capabilities:
        code = code_for(capability, sass, ptx)
        if code in {"none", "unknown"}:
            says = f"it is compiled for {', '.join(build.targets)}; the GPU is {capability}"
            yield Misfit("device", says, is_certain=code == "none")
        elif code == "ptx" and (needed := _driver_for_ptx(build, machine, tables)):
            says = f"it runs on {capability} only through PTX, which needs driver {needed}"
            yield Misfit("device", says)


def _too_old(build: Build, machine: Machine, tables: Tables) -> Iterator[Misfit]:
    """Yield the GPUs that a framework does not support which compiles on the spot."""
    if build.capability_min is None:
        yield Misfit("device", "for which GPUs it is compiled is not known", is_certain=False)
    for capability in machine.capabilities:
        if build.capability_min is not None and capability < build.capability_min:
            says = f"it supports GPUs from {build.capability_min} on; the GPU is {capability}"
            yield Misfit("device", says)
        elif (last := last_cuda(capability, tables)) and last < build.cuda.parts[:2]:
            says = f"CUDA {build.cuda} no longer compiles for {capability}"
            yield Misfit("device", says)


@lru_cache(maxsize=1024)
def last_cuda(capability: ComputeCapability, tables: Tables) -> tuple[int, ...] | None:
    """Return the last CUDA whose toolkit compiles for a GPU; None: the newest does, or unknown."""
    for row in tables.architectures.rows:
        if row.compute_capability == capability and row.last_cuda is not None:
            return row.last_cuda.parts[:2]
    return None


def _driver_for_ptx(build: Build, machine: Machine, tables: Tables) -> DriverRelease | None:
    """Return the driver that compiles the build's PTX, when the machine's is known to be older."""
    full = full_support_driver(build.cuda, machine.driver_os, tables)
    is_older = machine.driver and isinstance(full, Known) and machine.driver < full.value
    return full.value if is_older and isinstance(full, Known) else None


def _numbers(dotted: str) -> tuple[int, ...]:
    """Return the numbers of a release; a report may hold anything: "3.", "2.35-0ubuntu3"."""
    return tuple(map(int, _NUMBER.findall(dotted)))


def first_cuda(capability: ComputeCapability | None, tables: Tables) -> BuiltForCuda | None:
    """Return the first CUDA that knows a GPU's generation (its major); None: not in the table.

    Code for an earlier minor of a generation runs on its later ones: 8.0 (CUDA 11.0) on 8.6.
    """
    if capability is None:
        return None
    first = [
        BuiltForCuda(row.first_cuda.parts[:2])
        for row in tables.architectures.rows
        if row.first_cuda is not None
        and row.compute_capability.major == capability.major
        and row.compute_capability <= capability
        and row.compute_capability not in TEGRA - {capability}
    ]
    return min(first, default=None)
