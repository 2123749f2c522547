"""CUDA cannot start although the driver works: the module nvidia_uvm is missing or broken.

Why: nvidia-smi needs the module nvidia, CUDA also nvidia_uvm. After a suspend, or when its device
file is not there, nvidia-smi looks healthy and CUDA fails with error 999.

How we know: NVML lists the GPUs, and cuInit returned 999; that module or its device file may be
seen to be missing. Not judged inside containers and WSL, where 999 has other reasons.

Fix: load nvidia_uvm anew, or reboot. If it comes back after every suspend, let the driver keep
video memory across suspends (NVreg_PreserveVideoMemoryAllocations=1 and the nvidia-suspend
services).
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import KERNEL_LOG, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import is_ours, reload_uvm
from gpucheck.tables import Tables

UNKNOWN = 999  # CUDA_ERROR_UNKNOWN
NODE = "/dev/nvidia-uvm"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report that cuInit fails while NVML works, as a broken nvidia_uvm makes it."""
    machine, error = facts.machine.value, facts.cuda_driver.value.init_error
    if not facts.gpus or error is None or error.code != UNKNOWN or not is_ours(machine):
        return
    nodes, modules = machine.device_nodes, machine.kernel_modules
    seen = [f"NVML lists {len(facts.gpus)}, but cuInit returned {error.code} ({error.name})"]
    lacks_node = bool(nodes) and not any(node.path == NODE for node in nodes or ())
    if lacks_node:
        seen.append(f"there is no {NODE}")
    if modules is not None and "nvidia_uvm" not in modules:
        seen.append("the kernel module nvidia_uvm is not loaded")
    is_missing = len(seen) > 1
    logged = [said for said in said_for("GPU122", facts, tables) if said.line.where == KERNEL_LOG]
    yield Finding(
        subject="driver",
        message="CUDA cannot start although nvidia-smi works: the kernel module nvidia_uvm is"
        f" {'missing' if is_missing else 'broken, as after a suspend'}.",
        evidence=(*seen, *(said.evidence for said in logged[-3:])),
    )


RULE = Rule(
    "GPU122",
    "uvm-broken-after-suspend",
    "error",
    check,
    needs=("machine", "driver", "cuda_driver"),
    explained_by=("GPU104", "GPU109", "GPU123"),
    mend=lambda facts, *_: reload_uvm(facts),
)
