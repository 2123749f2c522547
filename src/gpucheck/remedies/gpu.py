"""What to do about one GPU: reset it, free it, make it usable for this user.

Options of nvidia-smi are written as its help has them; where commands could not be run (containers,
WSL, Windows) there are words alone.
"""

from __future__ import annotations

from gpucheck.facts import Facts, Machine
from gpucheck.findings import Remedy

IS_ELSEWHERE = "This has to be done on the host, by whoever runs it: "


def is_ours(machine: Machine) -> bool:
    """Tell whether commands for the driver can be run here: on Linux, in no container, not WSL."""
    is_linux = machine.os_name in {"Linux", None}
    return is_linux and not machine.is_container and not machine.is_wsl


def for_this_machine(machine: Machine, text: str, *commands: str) -> Remedy:
    """Return a remedy whose commands are left out where they cannot be run."""
    if machine.is_container:
        return Remedy(f"{IS_ELSEWHERE}{text[:1].lower()}{text[1:]}")
    return Remedy(text, commands if is_ours(machine) else ())


def gpu_number(subject: str) -> str | None:
    """Return the number in a subject such as "gpu/0"."""
    kind, _, number = subject.partition("/")
    return number if kind == "gpu" and number.isdecimal() else None


def reset_gpu(facts: Facts, subject: str, before: str = "", after: str = "") -> Remedy:
    """Return how to reset a GPU; `before` and `after` are sentences around it."""
    machine = facts.machine.value
    reset = "Stop everything that uses the GPU, then reset it, or restart the machine."
    text = " ".join(filter(None, (before, reset, after)))
    number = gpu_number(subject)
    # A GPU that drives a display cannot be reset.
    has_display = any(str(gpu.index) == number and gpu.is_display_active for gpu in facts.gpus)
    is_known = number is not None and not has_display
    commands = (f"sudo nvidia-smi --gpu-reset -i {number}",) if is_known else ()
    return for_this_machine(machine, text, *commands)


def reload_uvm(facts: Facts) -> Remedy:
    """Return how to load nvidia_uvm anew, which CUDA cannot do without."""
    machine = facts.machine.value
    text = "Stop every program that uses CUDA, then load the module nvidia_uvm anew, or reboot."
    modules = machine.kernel_modules
    is_absent = modules is not None and "nvidia_uvm" not in modules
    unload = () if is_absent else ("sudo rmmod nvidia_uvm",)
    make_node = "sudo nvidia-modprobe -u -c=0"  # no udev rule makes /dev/nvidia-uvm
    return for_this_machine(machine, text, *unload, "sudo modprobe nvidia_uvm", make_node)


def may_use_device_files(machine: Machine, owners: tuple[str, ...]) -> Remedy:
    """Return how a user gets access to NVIDIA's device files; `owners` are as "root:video"."""
    groups = {owner.partition(":")[2] for owner in owners} - {"root", ""}
    if machine.is_container:
        text = "Start the container as a user or group that may open the files, or as root."
        return Remedy(text)
    if len(groups) == 1:
        (group,) = groups
        text = f'Join the group "{group}", which owns the files, then log out and in again.'
        return Remedy(text, (f'sudo usermod -aG {group} "$USER"',) if group.isidentifier() else ())
    return Remedy(
        "Let the driver make its device files for everybody (NVreg_DeviceFileMode=0666, its"
        " default), or for a group that you are in (NVreg_DeviceFileGID): look for options of the"
        " module nvidia in /etc/modprobe.d and for udev rules on nvidia, then reboot."
    )
