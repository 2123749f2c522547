"""Starting a kernel takes long here.

Why: every operation of a framework starts kernels. Where that takes tens of microseconds instead of
a few, small operations cost mostly this; large ones hardly feel it. Windows' display driver model
(WDDM), WSL, virtual machines, and settings for debugging add to it.

How we know: an empty kernel was started and waited for some hundred times; the median is above
30 µs.

Fix: larger batches, CUDA graphs (torch.compile, jax.jit), and no CUDA_LAUNCH_BLOCKING.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test, gpu_of
from gpucheck.compatibility.smoke_subjects import place_of, subject_on
from gpucheck.compatibility.virtual_boards import is_virtual
from gpucheck.facts import Facts, SmokeDevice
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

LONG_S = 30e-6


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note slow launches."""
    for each in devices_under_test(facts):
        taken_s = each.device.launch_s
        if taken_s is None or taken_s <= LONG_S:
            continue
        yield Finding(
            subject=subject_on(each.device, facts),
            message=f"Starting a kernel on {place_of(each.device, facts)} takes"
            f" {taken_s * 1e6:.0f} µs; small operations will be slow.",
            evidence=tuple(_reasons(each.device, facts)) or ("no reason was seen",),
            severity="note",
        )


def _reasons(device: SmokeDevice, facts: Facts) -> Iterator[str]:
    machine, gpu = facts.machine.value, gpu_of(device, facts)
    if gpu and gpu.driver_model == "WDDM":
        yield "the driver runs in the model WDDM"
    if machine.is_wsl:
        yield "this is WSL"
    if is_virtual(machine):
        yield f"this is a virtual machine: {machine.hardware_model}"
    blocking = (machine.environment or {}).get("CUDA_LAUNCH_BLOCKING")
    if blocking:
        yield f'CUDA_LAUNCH_BLOCKING="{blocking}"'


RULE = Rule(
    "GPU708",
    "slow-launch",
    "note",
    check,
    mend=lambda *_: Remedy("Use larger batches, or CUDA graphs (torch.compile, jax.jit)."),
    explained_by=("GPU513",),
)
