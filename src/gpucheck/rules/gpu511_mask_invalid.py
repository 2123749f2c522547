"""CUDA_VISIBLE_DEVICES lists something that is no GPU of this machine.

Why: CUDA cuts the list at the first entry that it does not know: everything after it is hidden as
well, without a message.

How we know: an entry is neither a number below the count of GPUs nor the beginning of a GPU's or
MIG instance's UUID, and CUDA shows fewer devices than the list has entries.

Fix: list the GPUs by number or UUID, separated by commas. In a batch job, ask the scheduler.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import ask_scheduler_for_a_gpu
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE, first_unknown_entry, hides_everything


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a mask that is cut short by an entry that names no GPU."""
    machine, cuda = facts.machine.value, facts.cuda_driver.value
    mask = (machine.environment or {}).get(VARIABLE)
    if mask is None or hides_everything(mask) or not facts.gpus:
        return
    unknown = first_unknown_entry(mask, facts.gpus)
    # What CUDA itself shows weighs more than our reading of the list.
    if unknown is None or len(cuda.devices or ()) > unknown[0]:
        return
    place, entry = unknown
    left = "only what stands before it stays visible" if place else "no GPU is left"
    is_windows = machine.os_name == "Windows"
    every = ",".join(str(gpu.index) for gpu in facts.gpus)
    yield Finding(
        subject="environment",
        message=f'{VARIABLE} is cut at "{entry}", which is no GPU of this machine: {left}.',
        evidence=(
            f'{VARIABLE}="{mask}"',
            f"NVML lists {len(facts.gpus)}: {', '.join(gpu.uuid or '?' for gpu in facts.gpus)}",
        ),
        remedy=ask_scheduler_for_a_gpu(machine)
        if machine.batch_job
        else Remedy(
            "List numbers or UUIDs that exist, separated by commas, or unset it.",
            (f"{'set' if is_windows else 'export'} {VARIABLE}={every}",),
        ),
        severity="warning" if place else "error",
    )


RULE = Rule(
    "GPU511",
    "cuda-visible-devices",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU125",),
)
