"""NVIDIA_VISIBLE_DEVICES keeps the GPUs out of the container.

Why: this variable tells NVIDIA's container runtime which GPUs to put in. "none" gives the driver
without a GPU; "void" and an empty value give nothing at all. (CUDA_VISIBLE_DEVICES, which CUDA
itself reads, is another one.)

How we know: this is a container on a host with an NVIDIA driver, the variable has such a value,
and no GPU's device file is inside. Kubernetes hands GPUs over in other ways and sets "void" too;
with a device inside this says nothing. Without a CUDA build it is a note: it may well be meant.

Fix: set it to "all", or to the GPUs that the container may use.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import start_with_gpu
from gpucheck.tables import Tables

VARIABLE = "NVIDIA_VISIBLE_DEVICES"
NOTHING = frozenset({"", "none", "void"})


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a value that means "no GPU"."""
    machine = facts.machine.value
    value = (machine.environment or {}).get(VARIABLE)
    if value is None or value.strip().lower() not in NOTHING or not facts.is_gpu_kept_outside:
        return
    if not machine.nvidia_cards and machine.kernel_module_release is None:
        return
    yield Finding(
        subject="container",
        message=f'This container got no GPU: {VARIABLE} is "{value}".',
        evidence=(f'{VARIABLE}="{value}"', "no /dev/nvidia* device inside"),
        remedy=_remedy(facts),
        severity="error" if facts.has_cuda_build else "note",
    )


def _remedy(facts: Facts) -> Remedy:
    machine = facts.machine.value
    if machine.container_kind == "docker":
        text = f"Start the container with {VARIABLE}=all; the image or its starter sets it."
        return Remedy(text, (f"docker run --gpus all -e {VARIABLE}=all IMAGE",))
    return start_with_gpu(machine)


RULE = Rule("GPU503", "container-driver-capabilities", "error", check, needs=("machine", "driver"))
