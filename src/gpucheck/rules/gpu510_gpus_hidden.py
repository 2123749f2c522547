"""CUDA_VISIBLE_DEVICES hides every GPU.

Why: CUDA shows a program only the GPUs that this variable lists. Set to nothing or to -1 it hides
all of them, while nvidia-smi, which ignores it, still lists them.

How we know: the variable is set, and to a value that means "none".

Fix: unset it, or list the GPUs that the program may use. In a batch job, ask the scheduler for one.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import ask_scheduler_for_a_gpu
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE, hides_everything


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a mask that leaves nothing."""
    machine = facts.machine.value
    mask = (machine.environment or {}).get(VARIABLE)
    if mask is None or not hides_everything(mask) or not facts.has_nvidia_gpu:
        return
    if facts.cuda_driver.value.devices:
        return  # CUDA itself sees devices: the mask is not what we take it for
    is_windows = machine.os_name == "Windows"
    evidence = [f'{VARIABLE}="{mask}"']
    if facts.gpus:
        evidence.append(f"NVML, which ignores it, lists {len(facts.gpus)}")
    yield Finding(
        subject="environment",
        message=f'All GPUs are hidden from CUDA: {VARIABLE} is "{mask}".',
        evidence=tuple(evidence),
        remedy=ask_scheduler_for_a_gpu(machine)
        if machine.batch_job
        else Remedy(
            "Unset it, also where it is set: shell profile, job script, notebook, the program.",
            (f"set {VARIABLE}=" if is_windows else f"unset {VARIABLE}",),
        ),
    )


RULE = Rule("GPU510", "cuda-visible-devices", "error", check, needs=("machine",))
