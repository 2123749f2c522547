"""What a build has to fit: the machine, the Python, and whether the GPU is wanted at all.

In: facts. Out: a `Situation`; what is not known in it (None) limits nothing.
"""

from __future__ import annotations

import re

import msgspec

from gpucheck.compatibility.builds import Machine
from gpucheck.compatibility.drivers import full_support_driver
from gpucheck.compatibility.pins import target_environment
from gpucheck.facts import Facts
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, DriverCuda, DriverRelease

JETSON_MODELS = ("NVIDIA Jetson", "NVIDIA Orin", "NVIDIA IGX", "Jetson")
"""How the device tree of a Jetson names the board."""
JETSON_ADDRESS = "https://docs.nvidia.com/deeplearning/frameworks/install-pytorch-jetson-platform/"
THOR = "Thor"
"""From Thor on, Jetson runs the builds for Arm servers (PyTorch's aarch64 wheels have 11.0)."""

_PLATFORMS = {
    ("Linux", "x86_64"): "linux_x86_64",
    ("Linux", "aarch64"): "linux_aarch64",
    ("Windows", "AMD64"): "win_amd64",
    ("Darwin", "x86_64"): "macos_x86_64",
    ("Darwin", "arm64"): "macos_arm64",
}
_BITS = 64
_TWO_NUMBERS = re.compile(r"\d+\.\d+")


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What every build of a plan has to fit."""

    machine: Machine
    markers: dict[str, str]  # marker variables of the target's Python
    driver_cuda: DriverCuda | None = None
    is_cpu: bool = False  # builds without CUDA are wanted, or there are no others
    unknown: str | None = None  # what has to be said before anything can be planned
    obstacle: str | None = None  # why nothing can be planned: that, or there are no such wheels

    @property
    def platform(self) -> str:
        """Such as "linux_x86_64"; "" when it is not known."""
        return self.machine.platform or ""

    @property
    def python(self) -> str:
        """Such as "3.12"; "" when it is not known."""
        return self.machine.python or ""

    def without_driver(self) -> Situation:
        """Return the situation of the machine with any driver."""
        machine = msgspec.structs.replace(self.machine, driver=None)
        return msgspec.structs.replace(self, machine=machine, driver_cuda=None)


def situation_of(facts: Facts, tables: Tables, *, is_cpu: bool = False) -> Situation:
    """Return what a build has to fit on the machine and in the environment of `facts`."""
    machine, packages = facts.machine.value, facts.packages.value
    driver_cuda = facts.driver.value.driver_cuda or facts.cuda_driver.value.driver_cuda
    capabilities = (gpu.compute_capability for gpu in facts.visible_gpus)
    is_glibc = machine.os_name == "Linux" and machine.libc_name in {None, "glibc"}
    release = facts.driver.value.driver_release
    return Situation(
        machine=Machine(
            platform=_PLATFORMS.get((machine.os_name or "", machine.architecture or "")),
            python=_numbers(packages.python_release),
            glibc=_numbers(machine.libc_release) if is_glibc else None,
            # Without a driver any build will do: the newest driver, to be installed, runs them all.
            driver=release or _driver_that_offers(driver_cuda, facts, tables),
            driver_os=facts.driver_os,
            capabilities=tuple(dict.fromkeys(filter(None, capabilities))),
        ),
        markers=_markers(facts),
        driver_cuda=driver_cuda,
        is_cpu=is_cpu or machine.os_name == "Darwin",
        unknown=_not_known(facts),
        obstacle=_not_known(facts) or _no_wheels(facts),
    )


def _markers(facts: Facts) -> dict[str, str]:
    """Return the marker variables of the target's Python; {}: they are not known."""
    python = _numbers(facts.packages.value.python_release)
    markers = target_environment(facts)
    # "3.13t" and the like are no versions to a marker.
    return {**markers, "python_version": python} if markers and python else {}


def _not_known(facts: Facts) -> str | None:
    """Return what has to be said first; None: enough is known."""
    machine, packages = facts.machine.value, facts.packages.value
    if _numbers(packages.python_release) is None:
        return "for which Python is not known: say --python 3.12"
    if machine.os_name is None or machine.architecture is None:
        return "for which system is not known: say --os linux and --arch x86_64"
    return None


def _no_wheels(facts: Facts) -> str | None:
    """Return why the indexes have nothing for such a machine; None: they have."""
    machine, packages = facts.machine.value, facts.packages.value
    if (machine.os_name or "", machine.architecture or "") not in _PLATFORMS:
        said = f"{machine.os_name} on {machine.architecture}"
        return f"there are no wheels of these frameworks for {said}"
    if packages.python_implementation not in {None, "CPython"} or packages.python_bits not in {
        None,
        _BITS,
    }:
        return "the wheels of these frameworks are for 64-bit CPython"
    if machine.libc_name == "musl":
        return "the wheels of these frameworks need glibc, and this system has musl (Alpine)"
    model = machine.hardware_model or ""
    if model.startswith(JETSON_MODELS) and THOR not in model:
        return (
            f"{model} takes builds that NVIDIA makes for its JetPack ({JETSON_ADDRESS}); those on"
            " the package index are for servers"
        )
    return None


def _driver_that_offers(
    driver_cuda: DriverCuda | None, facts: Facts, tables: Tables
) -> DriverRelease | None:
    """Return the oldest driver that offers a CUDA, where no more than that is known of it."""
    if driver_cuda is None:
        return None
    found = full_support_driver(BuiltForCuda(driver_cuda.parts), facts.driver_os, tables)
    return found.value if isinstance(found, Known) else None


def _numbers(release: str | None) -> str | None:
    """Return the first two numbers of a release: "2.35" of "2.35-0ubuntu3"; None: it has none."""
    found = _TWO_NUMBERS.match(release or "")
    return found[0] if found else None
