"""How to install the NVIDIA driver or a part of it, on this distribution.

The commands that install the driver on Ubuntu, Fedora, RHEL and Arch were found in use in public
set-up scripts and notes (2026-11); that Ubuntu's names lose their branch from 590 on is from
NVIDIA's Driver Installation Guide (2026). Debian's names, and those of headers and libraries, are
the customary ones and were not tried. Where a name is uncertain there are words and no command.
"""

from __future__ import annotations

from gpucheck.compatibility.cards import last_branch_of_cards, need_open_modules
from gpucheck.facts import Facts, Machine
from gpucheck.findings import Remedy
from gpucheck.suggest.situation import JETSON_MODELS
from gpucheck.tables import Tables
from gpucheck.versions import DriverRelease

DRIVER_DOWNLOAD = "https://www.nvidia.com/drivers"
LEGACY_PLACES = (
    f"Your distribution may have it as a legacy package; else it is at {DRIVER_DOWNLOAD}."
)
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
    "ubuntu": (
        "sudo apt install linux-headers-$(uname -r)",
        "sudo dkms autoinstall || sudo ubuntu-drivers install",
    ),
    "debian": ("sudo apt install linux-headers-$(uname -r)", "sudo dkms autoinstall"),
    "fedora": ("sudo dnf install kernel-devel-$(uname -r)", "sudo akmods --force"),
    "rhel": ("sudo dnf install kernel-devel-$(uname -r)", "sudo dkms autoinstall"),
}
_REINSTALL_ON_UBUNTU = (
    "sudo apt install --reinstall $(dpkg-query -W -f '${Package} ' 'libnvidia-compute-*')"
)
_INSTALL_LIBCUDA = {
    "ubuntu": _REINSTALL_ON_UBUNTU,
    "debian": "sudo apt install libcuda1",
    "fedora": "sudo dnf install xorg-x11-drv-nvidia-cuda-libs",
    "rhel": "sudo dnf install nvidia-driver-cuda-libs",
    "arch": "sudo pacman -S nvidia-utils",
}


def install_driver_for(
    facts: Facts, tables: Tables, at_least: str | None = None, what: str = "the NVIDIA driver"
) -> Remedy:
    """Return how to install or upgrade to an NVIDIA driver that runs the machine's GPUs."""
    return install_driver(
        facts.machine.value,
        at_least,
        what,
        last_branch=last_branch_of_cards(facts, tables),
        needs_open=need_open_modules(facts, tables),
    )


def install_driver(
    machine: Machine,
    at_least: str | None = None,
    what: str = "the NVIDIA driver",
    *,
    last_branch: int | None = None,
    needs_open: bool = False,
) -> Remedy:
    """Return how to install or upgrade the NVIDIA driver, to `at_least` that release.

    `what` says in words which driver is wanted, where no release is named; `last_branch` is the
    last one that runs the GPUs, `needs_open` that they run with open kernel modules only.
    """
    wanted = f"an NVIDIA driver {at_least} or newer" if at_least else what
    if last_branch:
        if at_least and DriverRelease.parse(at_least).major > last_branch:
            return Remedy(f"No newer driver helps: branch {last_branch} is the last for this GPU.")
        wanted += f" (branch {last_branch} is the last for this GPU: install that one)"
    if machine.os_name == "Windows" or machine.is_wsl:
        where = "on Windows itself (never inside WSL)" if machine.is_wsl else "on Windows"
        return Remedy(f"Install {wanted} {where}, from {DRIVER_DOWNLOAD}, then restart.")
    if machine.is_container:
        return Remedy(f"Install {wanted} on the host: a container uses the host's driver.")
    if (machine.hardware_model or "").startswith(JETSON_MODELS):
        return Remedy(f"{wanted[:1].upper()}{wanted[1:]} comes with a newer JetPack: install that.")
    family = distribution_family(machine)
    return _install_on_linux(family, wanted, last_branch=last_branch, needs_open=needs_open)


def _install_on_linux(
    family: str | None, wanted: str, *, last_branch: int | None, needs_open: bool
) -> Remedy:
    if family is None:
        return Remedy(f"Install {wanted} from your distribution or {DRIVER_DOWNLOAD}, then reboot.")
    if last_branch and family != "ubuntu":
        return Remedy(f"Install {wanted}, then reboot. {LEGACY_PLACES}")
    if needs_open and family == "debian":
        text = "from NVIDIA's repository (Debian's own may be too old for this GPU)"
        return Remedy(f"Install {wanted} {text}, then reboot.")
    where = f" {_REPOSITORY[family]}" if family in _REPOSITORY else ""
    if "open" in " ".join(_INSTALL_DRIVER[family]) and not needs_open:
        where += (
            " (its open modules are for Turing and newer; older GPUs need the proprietary ones)"
        )
    return Remedy(f"Install {wanted}{where}, then reboot.", _INSTALL_DRIVER[family])


def rebuild_kernel_module(machine: Machine) -> Remedy:
    """Return how to build the kernel module for the running kernel and load it."""
    family = distribution_family(machine)
    if family == "arch":
        text = "Reboot first: an update replaced the running kernel's modules."
        return Remedy(text, ("sudo reboot",))
    build = _REBUILD_MODULE.get(family or "", ())
    text = "Build the module for the running kernel (its headers are needed), then load it."
    return Remedy(text, (*build, "sudo modprobe nvidia"))


def reinstall_driver(machine: Machine) -> Remedy:
    """Return how to put back the libraries of the driver that is installed."""
    elsewhere = machine.os_name == "Windows" or machine.is_wsl or machine.is_container
    if elsewhere or distribution_family(machine) is None:
        return install_driver(machine, what="the NVIDIA driver again, whole")
    commands = (_REINSTALL_ON_UBUNTU, "sudo reboot")
    is_ubuntu = distribution_family(machine) == "ubuntu"
    text = "Reinstall the packages of the NVIDIA driver, all of one release, then reboot."
    return Remedy(text, commands if is_ubuntu else ())


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
    branch = f" (branch {driver_branch})" if driver_branch else ""
    text = f"Install the compute part of the same driver release{branch}."
    return Remedy(text, (command,) if command else ())


def distribution_family(machine: Machine) -> str | None:
    """Return which family of distributions the machine's belongs to; None: not known."""
    names = (machine.distribution, *machine.distribution_like)
    aliases = {"centos": "rhel", "opensuse": "suse", "sles": "suse", "amzn": "rhel"}
    for name in filter(None, names):
        family = aliases.get(name, name)
        if family in _INSTALL_DRIVER:
            return family
    return None
