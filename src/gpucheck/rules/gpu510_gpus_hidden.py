"""CUDA_VISIBLE_DEVICES hides every GPU.

Why: CUDA shows a program only the GPUs that this variable lists. Set to nothing or to -1 it hides
all of them, while nvidia-smi, which ignores it, still lists them.

How we know: the variable is set, and to a value that means "none". In a report it is the likely
cause too where CUDA found no device and the variable is set to anything.

Fix: unset it, or list the GPUs that the program may use. In a batch job, ask the scheduler for one.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import ask_scheduler_for_a_gpu
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE, hides_everything


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a mask that leaves nothing."""
    mask = (facts.machine.value.environment or {}).get(VARIABLE)
    if mask is None or facts.cuda_driver.value.devices:
        return  # where CUDA itself sees devices, the mask is not what we take it for
    evidence = [f'{VARIABLE}="{mask}"']
    if hides_everything(mask) and facts.has_nvidia_gpu:
        message = f'All GPUs are hidden from CUDA: {VARIABLE} is "{mask}".'
        if facts.gpus:
            evidence.append(f"NVML, which ignores it, lists {len(facts.gpus)}")
    elif facts.origin == "report" and (none := _sees_none(facts, tables)):
        message = f'CUDA finds no GPU, and {VARIABLE} is "{mask}": most likely it names none.'
        evidence.append(none)
    else:
        return
    yield Finding(subject="environment", message=message, evidence=tuple(evidence))


def _sees_none(facts: Facts, tables: Tables) -> str | None:
    """Return what shows that a program finds no GPU."""
    for name, part in facts.installed.items():
        if part.value.is_gpu_usable is False:
            return f"{name} says that it can use no GPU"
    said = said_for("GPU101", facts, tables)
    return said[0].evidence if said else None


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Take the mask away, or ask who set it."""
    machine = facts.machine.value
    if machine.batch_job:
        return ask_scheduler_for_a_gpu(machine)
    text = "Unset it, also where it is set: shell profile, job script, notebook, the program."
    is_windows = machine.os_name == "Windows"
    return Remedy(text, (f"set {VARIABLE}=" if is_windows else f"unset {VARIABLE}",))


RULE = Rule("GPU510", "cuda-visible-devices", "error", check, needs=("machine",), mend=mend)
