"""How to install the NVIDIA driver or a part of it, on this distribution.

The commands that install the driver on Ubuntu, Fedora, RHEL and Arch were found in use in public
set-up scripts and notes (2026-11); that Ubuntu's names lose their branch from 590 on is from
NVIDIA's Driver Installation Guide (2026). Debian's names, and those of headers and libraries, are
the customary ones and were not tried. Where a name is uncertain there are words and no command.
"""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy

JETSON_MODELS = ("NVIDIA Jetson", "NVIDIA Orin", "Jetson")
DRIVER_DOWNLOAD = "https://www.nvidia.com/drivers"
FIRST_UNBRANCHED = 590
"""From this branch on NVIDIA's packages for Ubuntu carry no branch in their names."""

_INSTALL_DRIVER = {
    "ubuntu": ("sudo ubuntu-drivers install", "sudo reboot"),
    "debian": ("sudo apt install linux-headers-$(uname -r) nvidia-driver", "sudo reboot"),
    "fedora": ("sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda", "sudo reboot"),
    "rhel": ("sudo dnf install nvidia-open", "sudo reboot"),
    "arch": ("sudo pacman -S nvidia-open nvidia-utils", "sudo reboot"),
    "suse": (),
}
_REPOSITORY = {
    "debian": "with the non-free component switched on",
    "fedora": "from the RPM Fusion repository",
    "rhel": "from NVIDIA's repository",
    "suse": "from NVIDIA's repository",
}
_REBUILD_MODULE = {
    "ubuntu": ("sudo apt install linux-headers-$(uname -r)", "sudo dkms autoinstall"),
    "debian": ("sudo apt install linux-headers-$(uname -r)", "sudo dkms autoinstall"),
    "fedora": ("sudo dnf install kernel-devel-$(uname -r)", "sudo akmods --force"),
    "rhel": ("sudo dnf install kernel-devel-$(uname -r)", "sudo dkms autoinstall"),
    "arch": ("sudo pacman -S linux-headers", "sudo dkms autoinstall"),
    "suse": ("sudo zypper install kernel-default-devel", "sudo dkms autoinstall"),
}
_INSTALL_LIBCUDA = {
    "ubuntu": "sudo apt install libnvidia-compute-{branch}",
    "debian": "sudo apt install libcuda1",
    "fedora": "sudo dnf install xorg-x11-drv-nvidia-cuda-libs",
    "rhel": "sudo dnf install nvidia-driver-cuda-libs",
    "arch": "sudo pacman -S nvidia-utils",
}


def install_driver(
    machine: Machine, at_least: str | None = None, what: str = "the NVIDIA driver"
) -> Remedy:
    """Return how to install or upgrade the NVIDIA driver, to `at_least` that release.

    `what` says in words which driver is wanted, where no release is named.
    """
    wanted = f"an NVIDIA driver {at_least} or newer" if at_least else what
    if machine.os_name == "Windows" or machine.is_wsl:
        where = "on Windows itself (never inside WSL)" if machine.is_wsl else "on Windows"
        return Remedy(f"Install {wanted} {where}, from {DRIVER_DOWNLOAD}, then restart.")
    if machine.is_container:
        return Remedy(f"Install {wanted} on the host: a container uses the host's driver.")
    if (machine.hardware_model or "").startswith(JETSON_MODELS):
        return Remedy(f"{wanted[:1].upper()}{wanted[1:]} comes with a newer JetPack: install that.")
    family = distribution_family(machine)
    if family is None:
        return Remedy(f"Install {wanted} from your distribution or {DRIVER_DOWNLOAD}, then reboot.")
    where = f" {_REPOSITORY[family]}" if family in _REPOSITORY else ""
    if "open" in " ".join(_INSTALL_DRIVER[family]):
        where += (
            " (its open modules are for Turing and newer; older GPUs need the proprietary ones)"
        )
    return Remedy(f"Install {wanted}{where}, then reboot.", _INSTALL_DRIVER[family])


def rebuild_kernel_module(machine: Machine) -> Remedy:
    """Return how to build the kernel module for the running kernel and load it."""
    family = distribution_family(machine)
    build = _REBUILD_MODULE.get(family or "", ())
    text = "Build the module for the running kernel (its headers are needed), then load it."
    return Remedy(text, (*build, "sudo modprobe nvidia"))


def install_libcuda(machine: Machine, driver_branch: int | None) -> Remedy:
    """Return how to install the driver's CUDA library."""
    if machine.is_wsl:
        text = (
            "Update the NVIDIA driver on Windows itself; never install a Linux driver inside WSL."
        )
        return Remedy(text, ("wsl --update",))
    if machine.os_name == "Windows":
        return Remedy(f"Install the NVIDIA driver again, whole, from {DRIVER_DOWNLOAD}.")
    if machine.container_kind == "kubernetes":
        text = "Set NVIDIA_DRIVER_CAPABILITIES=compute,utility in the pod's environment."
        return Remedy(text)
    if machine.is_container:
        text = (
            "Give the container the driver's compute part: start it with"
            " NVIDIA_DRIVER_CAPABILITIES=compute,utility."
        )
        command = "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility IMAGE"
        return Remedy(text, (command,))
    command = _INSTALL_LIBCUDA.get(distribution_family(machine) or "", "")
    if "{branch}" in command and not (driver_branch and driver_branch < FIRST_UNBRANCHED):
        command = ""
    commands = (command.format(branch=driver_branch),) if command else ()
    return Remedy("Install the compute part of the same driver release.", commands)


def distribution_family(machine: Machine) -> str | None:
    """Return which family of distributions the machine's belongs to; None: not known."""
    names = (machine.distribution, *machine.distribution_like)
    aliases = {"centos": "rhel", "opensuse": "suse", "sles": "suse", "amzn": "rhel"}
    for name in filter(None, names):
        family = aliases.get(name, name)
        if family in _INSTALL_DRIVER:
            return family
    return None
