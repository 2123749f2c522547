"""How to give a container what GPU work needs: the GPU, the driver's parts, shared memory.

Source: NVIDIA Container Toolkit, "Installing" and "Specialized Configurations with Docker"
(release 1.17, 2025); Docker's and Podman's references of `run`.
"""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy

TOOLKIT_GUIDE = (
    "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html"
)
_START = {
    "docker": "docker run --gpus all IMAGE",
    "podman": "podman run --device nvidia.com/gpu=all IMAGE",
    "apptainer": "apptainer exec --nv IMAGE COMMAND",
}
_CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES"


def start_with_gpu(machine: Machine) -> Remedy:
    """Return how to start this container with the host's GPUs."""
    if machine.container_kind == "kubernetes":
        return Remedy('Ask for it in the pod: resources: {limits: {"nvidia.com/gpu": 1}}.')
    if machine.container_kind == "lxc":
        text = (
            "Give the GPU to this LXC container on the host: in Incus and LXD a device of the type"
            " gpu and nvidia.runtime=true; else bind the device files /dev/nvidia* in the"
            " container's configuration, and install the libraries of the host's driver release"
            " inside, without the kernel module."
        )
        return Remedy(text)
    command = _START.get(machine.container_kind or "")
    text = "Start the container with the GPU; the host needs the NVIDIA Container Toolkit."
    return Remedy(text, (command,) if command else ())


def replace_nouveau(machine: Machine) -> Remedy:
    """Return how to give this container the GPU of a host that runs nouveau."""
    start = start_with_gpu(machine)
    text = "The host runs nouveau: install NVIDIA's driver there, and reboot the host."
    return Remedy(f"{text} {start.text}", start.commands)


def start_with_capabilities(machine: Machine, capabilities: str) -> Remedy:
    """Return how to start this container with parts of the driver: "compute,utility"."""
    setting = f"{_CAPABILITIES}={capabilities}"
    text = f"Start the container with {setting}, or with {_CAPABILITIES}=all."
    if machine.container_kind == "docker":
        return Remedy(text, (f"docker run --gpus all -e {setting} IMAGE",))
    return Remedy(text)


def install_container_toolkit() -> Remedy:
    """Return how to teach the host's Docker about GPUs."""
    text = (
        f"Install the NVIDIA Container Toolkit on the host ({TOOLKIT_GUIDE}), then tell Docker of"
        " it; this restarts Docker and the containers it runs."
    )
    commands = ("sudo nvidia-ctk runtime configure --runtime=docker",)
    return Remedy(text, (*commands, "sudo systemctl restart docker"))


def restart_lost_container(machine: Machine) -> Remedy:
    """Return how to get a GPU back that a running container lost, and how to keep it."""
    text = (
        "Restart the container; work that runs in it ends. It happens when the host reloads systemd"
        " (as updates do). To prevent it, hand the GPU over by CDI instead of the runtime's hook."
    )
    if machine.container_kind in {None, "docker"}:
        return Remedy(text, ("docker restart CONTAINER",))
    return Remedy(text)


def enlarge_shared_memory(machine: Machine) -> Remedy:
    """Return how to get a larger /dev/shm."""
    if machine.container_kind == "kubernetes":
        text = "Mount memory at /dev/shm in the pod: a volume with emptyDir: {medium: Memory}."
        return Remedy(text)
    if machine.is_container is False:
        text = "Enlarge /dev/shm, or let the data loader use fewer workers."
        return Remedy(text, ("sudo mount -o remount,size=8G /dev/shm",))
    text = (
        "Start the container with more shared memory (in Compose: shm_size), or let the data"
        " loader use no workers (num_workers=0)."
    )
    tool = "podman" if machine.container_kind == "podman" else "docker"
    gpu = "--device nvidia.com/gpu=all" if tool == "podman" else "--gpus all"
    return Remedy(text, (f"{tool} run {gpu} --shm-size=8g IMAGE",))


def replace_snap_docker() -> Remedy:
    """Return how to get from the snap of Docker to one that knows GPUs."""
    text = (
        "Replace the snap by Docker's own packages, and install the NVIDIA Container Toolkit"
        f" ({TOOLKIT_GUIDE}). Removing the snap deletes its images, containers and volumes, except"
        " for the snapshot that snapd keeps for a month: save what you need first."
    )
    return Remedy(text)
