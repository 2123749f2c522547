"""How to give a GPU to the right kernel module: another driver in the way, keys, flavours.

Paths of signing keys and names of packages are the distributions' customary ones and were not
tried; where a name is uncertain there are words and no command.
"""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import FIRST_UNBRANCHED, LEGACY_PLACES, distribution_family

_REBUILD_INITRAMFS = {
    "ubuntu": "sudo update-initramfs -u",
    "debian": "sudo update-initramfs -u",
    "fedora": "sudo dracut --force",
    "rhel": "sudo dracut --force",
    "suse": "sudo dracut --force",
    "arch": "sudo mkinitcpio -P",
}
_SIGNING_KEY = {
    "ubuntu": "/var/lib/shim-signed/mok/MOK.der",
    "debian": "/var/lib/dkms/mok.pub",
    "rhel": "/var/lib/dkms/mok.pub",
    "fedora": "/etc/pki/akmods/certs/public_key.der",
}
_FLAVOUR_PACKAGE = {
    ("debian", "open"): "sudo apt install nvidia-open-kernel-dkms",
    ("debian", "proprietary"): "sudo apt install nvidia-kernel-dkms",
    ("rhel", "open"): "sudo dnf install nvidia-open",
    ("arch", "open"): "sudo pacman -S nvidia-open",
}
BLACKLIST = "/etc/modprobe.d/blacklist-nouveau-nova.conf"


def keep_out_other_drivers(machine: Machine) -> Remedy:
    """Return how to keep the kernel's own drivers for NVIDIA GPUs from being loaded."""
    text = (
        "Keep nouveau and nova_core from being loaded, also early at boot (initramfs), then reboot."
    )
    rebuild = _REBUILD_INITRAMFS.get(distribution_family(machine) or "")
    if rebuild is None or machine.is_container:
        return Remedy(f"{text} They are kept out by a file in /etc/modprobe.d.")
    lines = "".join(rf"blacklist {name}\n" for name in ("nouveau", "nova_core", "nova_drm"))
    return Remedy(text, (f"printf '{lines}' | sudo tee {BLACKLIST}", rebuild, "sudo reboot"))


def take_back_from_vfio(device_ids: tuple[str, ...]) -> Remedy:
    """Return how to end the reservation of GPUs for virtual machines."""
    listed = " and ".join(f"10de:{each}" for each in device_ids)
    return Remedy(
        "If no virtual machine is to have the GPU: take"
        f" {listed or 'its ID'} out of the list of vfio-pci (kernel command line or"
        " /etc/modprobe.d), rebuild the initramfs and reboot. Otherwise use the GPU inside the"
        " virtual machine."
    )


def enrol_signing_key(machine: Machine) -> Remedy:
    """Return how to make Secure Boot trust the module that was built here."""
    text = (
        "Enrol the key that the module is signed with: choose a password, reboot, and confirm it in"
        " the firmware's blue MOK screen. Or install modules that your distribution signs, or"
        " switch Secure Boot off in the firmware."
    )
    key = _SIGNING_KEY.get(distribution_family(machine) or "")
    commands = (f"sudo mokutil --import {key}", "sudo reboot") if key else ()
    return Remedy(text, () if machine.is_container else commands)


def install_flavour(machine: Machine, flavour: str | None, branch: int | None) -> Remedy:
    """Return how to replace the kernel modules by those of the other flavour.

    `flavour` is "open" or "proprietary", None: it is not known which is needed.
    """
    if flavour is None:
        return Remedy(
            "Install the other flavour of the same driver release: GPUs from Blackwell on need the"
            " open kernel modules, those before Turing the proprietary ones. Then reboot."
        )
    text = f"Install the {flavour} kernel modules of the driver, then reboot."
    family = distribution_family(machine)
    command = _FLAVOUR_PACKAGE.get((family or "", flavour))
    if family == "ubuntu" and branch and branch < FIRST_UNBRANCHED:
        command = f"sudo apt install nvidia-driver-{branch}{'-open' * (flavour == 'open')}"
    return Remedy(text, (command, "sudo reboot") if command and not machine.is_container else ())


def install_branch(machine: Machine, branch: int) -> Remedy:
    """Return how to install the newest driver of an older branch."""
    text = f"Install a driver of branch {branch}, the last for this GPU, then reboot."
    family = distribution_family(machine)
    if family == "ubuntu" and branch < FIRST_UNBRANCHED and not machine.is_container:
        return Remedy(text, (f"sudo apt install nvidia-driver-{branch}", "sudo reboot"))
    return Remedy(f"{text} {LEGACY_PLACES}")
