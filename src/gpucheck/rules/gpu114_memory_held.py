"""Other programs hold most of the GPU's memory.

Why: memory that another program holds is not there for training, which then ends with "CUDA out of
memory" however small the batch is. Notebooks that are still open and programs that hang after
Ctrl-C are the usual holders.

How we know: NVML says that more than four fifths of the memory are in use; gpucheck itself uses
none. Or PyTorch's own message says how much of the memory others hold.

Fix: end what is no longer needed. Memory that no living program holds comes back with a reset.
"""

from collections.abc import Iterator

from gpucheck.compatibility.memory import held_by_others
from gpucheck.facts import Facts, Gpu, GpuProcess
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, gpu_number
from gpucheck.tables import Tables

FULL = 0.8
"""Above this share hardly any training fits beside; below, a desktop or a small job is enough."""
MOSTLY = 0.5
"""Above this share it is others who left too little for a program that ran out of memory."""
GIB = 1 << 30


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report visible GPUs whose memory is mostly in use, and messages that say so."""
    for gpu in facts.visible_gpus:
        used, total = gpu.memory_used_bytes, gpu.memory_total_bytes
        if not used or not total or used / total <= FULL:
            continue
        free = f"{(total - used) / GIB:.1f} of {total / GIB:.1f} GiB"
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"Other programs hold most of the memory of GPU {gpu.index}: {free} are left.",
            evidence=tuple(_holders(gpu, facts)) or ("NVML names no program that holds it",),
            severity="warning",
        )
    for line in facts.lines:
        share = held_by_others(line.text)
        if share is not None and share > MOSTLY:
            yield Finding(
                subject=line.subject,
                message=f"Other processes held {share:.0%} of the GPU's memory when this program"
                " ran out of it.",
                evidence=(f"{line.where}: {line.text[:300]}",),
                severity="warning",
            )
            return


def _holders(gpu: Gpu, facts: Facts) -> Iterator[str]:
    machine = facts.machine.value
    by_size = sorted(gpu.processes or (), key=lambda each: each.memory_bytes or 0, reverse=True)
    for each in by_size[:5]:
        size = f", {each.memory_bytes / GIB:.1f} GiB" if each.memory_bytes else ""
        is_dead = each.is_alive is False and machine.is_container is False and not machine.is_wsl
        dead = ": no longer alive, and its memory is not free" if is_dead else ""
        yield f"process {each.pid} ({each.name or 'name not known'}){size}{dead}"


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    gpus = [gpu for gpu in facts.gpus if str(gpu.index) == gpu_number(subject)]
    holding: list[GpuProcess] = [each for gpu in gpus for each in gpu.processes or ()]
    pids = ",".join(str(each.pid) for each in holding if each.is_alive is not False)
    text = (
        "See whose programs hold the memory, and end those of yours that are no longer needed (kill"
        " PID ends a program and loses what it did not save)."
    )
    look = f"ps -o pid,user,etime,args -p {pids}" if pids else "sudo fuser -v /dev/nvidia*"
    return for_this_machine(facts.machine.value, text, look)


RULE = Rule("GPU114", "gpu-memory-held-by-other-process", "warning", check, mend=_mend)
