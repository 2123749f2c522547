"""Starting a kernel takes long here.

Why: every operation of a framework starts kernels. Where that takes tens of microseconds instead of
a few, small operations cost mostly this; large ones hardly feel it. Windows' display driver model
(WDDM), WSL, virtual machines, and settings for debugging add to it.

How we know: an empty kernel was started and waited for some hundred times; this is the median.

Fix: larger batches, CUDA graphs (torch.compile, jax.jit), and no CUDA_LAUNCH_BLOCKING.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test, gpu_of
from gpucheck.compatibility.virtual_boards import is_virtual
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

LONG_S = 30e-6


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note slow launches."""
    for each in devices_under_test(facts):
        taken_s = each.device.launch_s
        if taken_s is None or taken_s <= LONG_S:
            continue
        gpu = gpu_of(each.device, facts)
        machine = facts.machine.value
        model = gpu.driver_model if gpu else None
        reasons = (
            (model == "WDDM", "the driver runs in the model WDDM"),
            (bool(machine.is_wsl), "this is WSL"),
            (bool(is_virtual(machine)), "this is a virtual machine"),
        )
        yield Finding(
            subject=f"gpu/{gpu.index}" if gpu else "driver",
            message=f"Starting a kernel on {each.place} takes {taken_s * 1e6:.0f} µs; small"
            " operations will be slow.",
            evidence=tuple(says for holds, says in reasons if holds) or ("no reason was seen",),
            severity="note",
        )


RULE = Rule(
    "GPU708",
    "slow-launch",
    "note",
    check,
    mend=lambda *_: Remedy("Use larger batches, or CUDA graphs (torch.compile, jax.jit)."),
    explained_by=("GPU513",),
)
