"""The container was started without access to the GPU.

Why: a container sees the host's GPU only when it is started with it; the image cannot do that by
itself.

How we know: this is a container, the host shows an NVIDIA GPU that is not handed to a virtual
machine, and no /dev/nvidia* device is inside; in WSL, no /dev/dxg beside a CUDA build. It is an
error in a CUDA image or beside a CUDA build, else a note: many containers need no GPU. Docker's own
words tell it as well.

Fix: start the container with GPU access; the host needs NVIDIA's driver, not nouveau, and the
NVIDIA Container Toolkit.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_container_toolkit, replace_nouveau, start_with_gpu
from gpucheck.tables import Tables

CUDA_IMAGE_VARIABLES = {"NVIDIA_VISIBLE_DEVICES", "NVIDIA_REQUIRE_CUDA"}
"""What NVIDIA's CUDA images set (NVIDIA Container Toolkit, "Specialized Configurations", 2026)."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a container that has no device of the host's GPU."""
    machine = facts.machine.value
    if machine.is_wsl:
        yield from _in_wsl(facts)
        return
    has_module = machine.kernel_module_release is not None
    drivers = {card.kernel_driver for card in machine.nvidia_cards}
    is_nouveau = "nouveau" in drivers and "nvidia" not in drivers and not has_module
    is_on_host = has_module or drivers & {None, "nvidia", "nouveau"}
    if not is_on_host or not facts.is_gpu_kept_outside:
        return
    evidence = [
        f"this is a container ({machine.container_kind or 'container'})",
        "no /dev/nvidia* device inside",
    ]
    if machine.kernel_module_release:
        evidence.append(f"the host runs NVIDIA driver {machine.kernel_module_release}")
    if is_nouveau:
        evidence.append("the host runs nouveau, which has no CUDA")
    yield Finding(
        subject="driver",
        message="The host has an NVIDIA GPU, but this container was started without it.",
        evidence=tuple(evidence),
        severity="error" if _wants_gpu(facts) else "note",
        remedy=replace_nouveau(machine) if is_nouveau else None,
    )


def _in_wsl(facts: Facts) -> Iterator[Finding]:
    machine, nodes = facts.machine.value, facts.machine.value.device_nodes
    is_there = bool(facts.gpus or facts.cuda_driver.value.devices)
    is_there = is_there or nodes is None or any(node.path == "/dev/dxg" for node in nodes)
    if is_there or not machine.is_container or not facts.has_cuda_build:
        return
    yield Finding(
        subject="driver",
        message="This container in WSL was started without the GPU.",
        evidence=(
            f"this is a container ({machine.container_kind or 'container'})",
            "no /dev/dxg inside, by which WSL passes on the GPU",
        ),
    )


def _wants_gpu(facts: Facts) -> bool:
    """Tell whether the container is meant for a GPU: a CUDA image, or a CUDA build inside."""
    is_cuda_image = CUDA_IMAGE_VARIABLES & (facts.machine.value.environment or {}).keys()
    return bool(is_cuda_image) or facts.has_cuda_build


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Start it with the GPU; seen from the host, teach Docker about GPUs."""
    machine = facts.machine.value
    return start_with_gpu(machine) if machine.is_container else install_container_toolkit()


RULE = Rule(
    "GPU501",
    "container-toolkit-missing",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU503", "GPU507"),
    mend=mend,
)
