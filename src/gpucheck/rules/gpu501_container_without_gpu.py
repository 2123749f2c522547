"""The container was started without access to the GPU.

Why: a container sees the host's GPU only when it is started with it; the image cannot do that by
itself.

How we know: this is a container, the host shows an NVIDIA GPU (its PCI device or its loaded kernel
module), and no /dev/nvidia* device is inside. It is an error in a CUDA image or beside a CUDA
build, else a note: many containers on GPU hosts need no GPU.

Fix: start the container with GPU access; the host needs the NVIDIA Container Toolkit.
"""

from collections.abc import Iterator

from gpucheck.facts import NVIDIA_VENDOR_ID, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

CUDA_IMAGE_VARIABLES = ("NVIDIA_VISIBLE_DEVICES", "NVIDIA_REQUIRE_CUDA")
"""What NVIDIA's CUDA images set (NVIDIA Container Toolkit, "Specialized Configurations", 2026)."""

START = {
    "docker": "docker run --gpus all IMAGE",
    "podman": "podman run --device nvidia.com/gpu=all IMAGE",
    "apptainer": "apptainer exec --nv IMAGE COMMAND",
    "singularity": "singularity exec --nv IMAGE COMMAND",
}


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a container that has no device of the host's GPU."""
    machine = facts.machine.value
    cards = [d for d in machine.pci_displays or () if d.vendor_id == NVIDIA_VENDOR_ID]
    is_on_host = bool(cards) or machine.kernel_module_release is not None
    if not is_on_host or not facts.is_gpu_kept_outside:
        return
    kind = machine.container_kind or "container"
    evidence = [f"this is a container ({kind})", "no /dev/nvidia* device inside"]
    if machine.kernel_module_release:
        evidence.append(f"the host runs NVIDIA driver {machine.kernel_module_release}")
    command = START.get(kind)
    if kind == "kubernetes":
        remedy = Remedy('Ask for it in the pod: resources: {limits: {"nvidia.com/gpu": 1}}.')
    else:
        text = "Start the container with the GPU; the host needs the NVIDIA Container Toolkit."
        remedy = Remedy(text, (command,) if command else ())
    yield Finding(
        subject="driver",
        message="The host has an NVIDIA GPU, but this container was started without it.",
        evidence=tuple(evidence),
        remedy=remedy,
        severity="error" if _wants_gpu(facts) else "note",
    )


def _wants_gpu(facts: Facts) -> bool:
    """Tell whether the container is meant for a GPU: a CUDA image, or a CUDA build inside."""
    environment = facts.machine.value.environment or {}
    is_cuda_image = any(name in environment for name in CUDA_IMAGE_VARIABLES)
    return is_cuda_image or any(part.value.is_cuda_build for part in facts.installed.values())


RULE = Rule(
    id="GPU501",
    cause="container-toolkit-missing",
    severity="error",
    check=check,
    needs=("machine", "driver"),
)
