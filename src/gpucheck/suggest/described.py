"""Facts about a machine that is only described, so that a laptop can plan for a cluster.

What is said replaces what is known of this machine. Who names a GPU, a driver, a system or a C
library means another machine: then nothing of this one's hardware counts any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from gpucheck.compatibility.drivers import newest_cuda_of
from gpucheck.compatibility.products import capability, near
from gpucheck.facts import (
    CudaDriver,
    Driver,
    Facts,
    Gpu,
    Machine,
    Packages,
    Section,
    Target,
    Toolkit,
)
from gpucheck.release import RELEASE
from gpucheck.tables import Known, Tables
from gpucheck.versions import ComputeCapability, DriverCuda, DriverRelease

SYSTEMS = {"linux": "Linux", "wsl": "Linux", "windows": "Windows", "macos": "Darwin"}
ARCHITECTURES = {
    "Linux": {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"},
    "Windows": {"x86_64": "AMD64", "amd64": "AMD64"},
    "Darwin": {"arm64": "arm64", "aarch64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"},
}
_MINOR = re.compile(r"[23]\.\d{1,2}")
_GLIBC = re.compile(r"2\.\d{1,2}")


class DescriptionError(ValueError):
    """A description cannot be understood; the text says which, and what is meant perhaps."""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a machine; None: nothing."""

    gpus: Sequence[str] = ()  # "RTX 5090"
    capabilities: Sequence[str] = ()  # "12.0"
    driver: str | None = None  # "535", "535.129.03"
    stood_in_driver: str | None = None  # of the machine itself, where others were told of one
    stood_in_cuda: str | None = None  # "12.4", as conda's override names it
    python: str | None = None  # "3.12"
    system: str | None = None  # "linux", "windows", "macos", "wsl"
    architecture: str | None = None
    glibc: str | None = None

    @property
    def is_of_other_machine(self) -> bool:
        """Whether it says more than which Python is meant."""
        hardware = (self.driver, self.system, self.architecture, self.glibc)
        return bool(self.gpus or self.capabilities or any(hardware))


def is_python_release(text: str) -> bool:
    """Tell whether a text names a Python by its release: "3.12"."""
    return _MINOR.fullmatch(text) is not None


def described(facts: Facts | None, said: Description, tables: Tables) -> Facts:
    """Return the facts with what is said in place of what is known; None: nothing is known.

    Raises:
        DescriptionError: a name or a number is none.
    """
    facts = facts or _nothing()
    if said.python:
        changes = {"python_release": said.python, "python_bits": 64}
        changes |= {"python_implementation": "CPython"}
        facts = _with(facts, "packages", msgspec.structs.replace(facts.packages.value, **changes))
    if not said.is_of_other_machine:
        return _with_stand_in(facts, said, tables)
    facts = _with(facts, "machine", _machine(said, facts.machine.value))
    facts = _with(facts, "driver", _driver(said, tables))
    facts = _with(facts, "cuda_driver", CudaDriver())
    return msgspec.structs.replace(facts, named_gpus=())


def _with(facts: Facts, name: str, value: Any) -> Facts:
    return msgspec.structs.replace(facts, **{name: Section(outcome="ok", value=value)})


def _nothing() -> Facts:
    def section(value: Any) -> Section[Any]:
        return Section(outcome="not_given", value=value)

    return Facts(
        gpucheck_release=RELEASE,
        target=Target(),
        machine=section(Machine()),
        driver=section(Driver()),
        cuda_driver=section(CudaDriver()),
        toolkit=section(Toolkit()),
        packages=section(Packages()),
        frameworks={},
    )


def _machine(said: Description, here: Machine) -> Machine:
    system = (said.system or "").lower()
    if system and system not in SYSTEMS:
        raise DescriptionError(f"--os {said.system}: known are {', '.join(SYSTEMS)}")
    os_name = SYSTEMS[system] if system else (here.os_name or "Linux")
    known = ARCHITECTURES.get(os_name, ARCHITECTURES["Linux"])
    is_same = not system or os_name == here.os_name
    default = here.architecture if is_same and here.architecture else next(iter(known))
    asked = (said.architecture or default).lower()
    if asked not in known:
        raise DescriptionError(f"--arch {asked}: for {os_name} there are {', '.join(known)}")
    if said.glibc and not _GLIBC.fullmatch(said.glibc):
        raise DescriptionError(f'--glibc {said.glibc}: say a release such as "2.31"')
    return Machine(
        os_name=os_name,
        architecture=known[asked],
        libc_name="glibc" if os_name == "Linux" else None,
        libc_release=said.glibc,
        is_wsl=system == "wsl",
    )


def _with_stand_in(facts: Facts, said: Description, tables: Tables) -> Facts:
    """Return the facts with the driver that environment variables name; its GPUs stay."""
    if not (said.stood_in_driver or said.stood_in_cuda):
        return facts
    release, driver_cuda = _releases(said.stood_in_driver, said.stood_in_cuda, tables)
    changed = {"driver_release": release, "driver_cuda": driver_cuda}
    return _with(facts, "driver", msgspec.structs.replace(facts.driver.value, **changed))


def _driver(said: Description, tables: Tables) -> Driver:
    gpus = [*(_named(name, tables) for name in said.gpus), *map(_capable, said.capabilities)]
    numbered = tuple(msgspec.structs.replace(gpu, index=at) for at, gpu in enumerate(gpus))
    stand_ins = (said.stood_in_driver, said.stood_in_cuda)
    release, driver_cuda = _releases(*((said.driver, None) if said.driver else stand_ins), tables)
    return Driver(driver_release=release, driver_cuda=driver_cuda, gpus=numbered or None)


def _releases(
    driver: str | None, cuda: str | None, tables: Tables
) -> tuple[DriverRelease | None, DriverCuda | None]:
    """Return a driver's release and the CUDA that it offers, as far as one of them is said."""
    if driver:
        try:
            release = DriverRelease.parse(driver)
        except ValueError as error:
            says = f'driver {driver!r}: say a release such as "535.129.03" or "535"'
            raise DescriptionError(says) from error
        newest = newest_cuda_of(release, tables)
        return release, newest.value if isinstance(newest, Known) else None
    try:
        return None, DriverCuda.parse(cuda) if cuda else None
    except ValueError as error:
        raise DescriptionError(f'CUDA {cuda!r} is no release such as "12.4"') from error


def _named(name: str, tables: Tables) -> Gpu:
    found = capability(name, tables)
    if isinstance(found, Known):
        return Gpu(index=0, name=name, compute_capability=found.value)
    meant = near(name, tables, at_most=3)
    hint = f"; did you mean {', '.join(meant)}?" if meant else ": say --compute-capability instead"
    raise DescriptionError(f"{found}{hint}")


def _capable(text: str) -> Gpu:
    try:
        return Gpu(index=0, compute_capability=ComputeCapability.parse(text))
    except ValueError as error:
        says = f'--compute-capability {text}: say one such as "8.9"'
        raise DescriptionError(says) from error
