"""What a build has to fit: the machine, the Python, and whether the GPU is wanted at all.

In: facts. Out: a `Situation`; what is not known in it (None) limits nothing.
"""

from __future__ import annotations

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


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What every build of a plan has to fit."""

    machine: Machine
    markers: dict[str, str]  # marker variables of the target's Python
    driver_cuda: DriverCuda | None = None
    is_cpu: bool = False  # builds without CUDA are wanted, or there are no others
    obstacle: str | None = None  # why the indexes have nothing for such a machine

    @property
    def platform(self) -> str:
        """Such as "linux_x86_64"; "" when it is not known."""
        return self.machine.platform or ""

    @property
    def python(self) -> str:
        """Such as "3.12"; "" when it is not known."""
        return self.machine.python or ""


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
            python=_minor(packages.python_release),
            glibc=machine.libc_release if is_glibc else None,
            # Without a driver any build will do: the newest driver, to be installed, runs them all.
            driver=release or _driver_that_offers(driver_cuda, facts, tables),
            driver_os=facts.driver_os,
            capabilities=tuple(dict.fromkeys(filter(None, capabilities))),
        ),
        markers=target_environment(facts) or {},
        driver_cuda=driver_cuda,
        is_cpu=is_cpu or machine.os_name == "Darwin",
        obstacle=_obstacle(facts),
    )


def _obstacle(facts: Facts) -> str | None:
    """Return why there are no wheels for such a machine; None: there are some."""
    machine, packages = facts.machine.value, facts.packages.value
    if packages.python_release is None:
        return "which Python it is for is not known: say --python 3.12"
    if (machine.os_name or "", machine.architecture or "") not in _PLATFORMS:
        said = f"{machine.os_name or 'an unknown system'} on {machine.architecture or 'any CPU'}"
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


def _minor(release: str | None) -> str | None:
    return ".".join(release.split(".")[:2]) if release else None
