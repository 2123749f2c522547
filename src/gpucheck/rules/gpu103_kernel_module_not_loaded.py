"""The driver's libraries are installed, but its kernel module is not loaded.

Why: the driver has two halves, libraries and a kernel module. After a kernel update the module
must be built anew; without the kernel's headers that fails silently and the GPU is gone.

How we know: NVML returns 9 (driver not loaded), and no nvidia module is among the loaded ones. In
WSL there is none: the driver is that of Windows.

Fix: install the headers of the running kernel, build the module (DKMS or akmods), load it.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import rebuild_kernel_module
from gpucheck.tables import Tables

DRIVER_NOT_LOADED = 9  # NVML_ERROR_DRIVER_NOT_LOADED


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report libraries without a kernel module."""
    machine, error = facts.machine.value, facts.driver.value.init_error
    if machine.is_wsl or machine.is_container:
        return
    if error is None or error.code != DRIVER_NOT_LOADED:
        return
    is_loaded = machine.has_nvidia_module
    if is_loaded or facts.has_nvidia_gpu is False or machine.os_name == "Windows":
        return
    on_disk = {
        True: f"an nvidia module for kernel {machine.kernel_release} is on disk, but not loaded",
        False: f"there is no nvidia module for the running kernel {machine.kernel_release}",
        None: "no nvidia kernel module is loaded",
    }[machine.kernel_module_on_disk]
    is_secure = bool(machine.is_secure_boot)
    yield Finding(
        subject="driver",
        message="The NVIDIA kernel module is not loaded: the driver cannot reach the GPU.",
        evidence=(
            f"{error.call} returned {error.code} ({error.name})",
            on_disk,
            *(("Secure Boot is on: it refuses modules that are not signed",) * is_secure),
        ),
    )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    machine = facts.machine.value
    if machine.is_container:
        return Remedy("On the host, build the driver's module for its running kernel and load it.")
    if machine.kernel_module_on_disk:
        text = "Load the module; if the kernel refuses it, its log says why."
        return Remedy(text, ("sudo modprobe nvidia", "sudo dmesg | tail"))
    return rebuild_kernel_module(machine)


RULE = Rule(
    "GPU103",
    "kernel-module-not-built",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU105", "GPU106", "GPU107", "GPU108", "GPU112", "GPU129", "GPU509"),
    mend=_mend,
)
