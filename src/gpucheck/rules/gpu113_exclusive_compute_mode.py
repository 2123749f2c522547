"""The GPU's compute mode keeps further programs out.

Why: in the mode "exclusive process" a single program may use the GPU at a time; in the mode
"prohibited" none may. Others get error 46: "all CUDA-capable devices are busy or unavailable".

How we know: NVML names the mode, and a program that holds the GPU. A GPU that nobody holds is free,
and one that CUDA's multi-process server (MPS) holds is shared by it.

Fix: set the mode back to default, or give each program a GPU of its own. On a cluster the mode is
often set on purpose: ask for a GPU through the scheduler.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, gpu_number
from gpucheck.tables import Tables

MPS = "nvidia-cuda-mps"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report visible GPUs that admit no further program."""
    said = said_for("GPU113", facts, tables)
    shut = [gpu for gpu in facts.visible_gpus if _is_shut(gpu)]
    is_all = len(shut) == len(facts.visible_gpus)
    for gpu in shut:
        mode = (gpu.compute_mode or "").replace("_", " ")
        holders = _holders(gpu)
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"GPU {gpu.index} is in compute mode '{mode}':"
            f" {'it is taken, and' if holders else ''} further programs cannot use it.",
            evidence=(
                f"NVML: compute mode of GPU {gpu.index} is '{mode}'",
                *(f"held by process {each}" for each in holders[:4]),
                *(each.evidence for each in said[:2]),
            ),
            severity="error" if is_all and (said or not holders) else "warning",
        )


def _is_shut(gpu: Gpu) -> bool:
    if gpu.compute_mode == "prohibited":
        return True
    return gpu.compute_mode in {"exclusive_process", "exclusive_thread"} and bool(_holders(gpu))


def _holders(gpu: Gpu) -> list[str]:
    compute = [each for each in gpu.processes or () if each.kind == "compute"]
    if any(MPS in (each.name or "") for each in compute):
        return []
    return [f"{each.pid} ({each.name or 'name not known'})" for each in compute]


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    number = gpu_number(subject)
    which = f"-i {number} " if number else ""
    text = "See who holds the GPU, and end it if it is yours; or set the mode back to default."
    return for_this_machine(
        facts.machine.value, text, "nvidia-smi -q -d COMPUTE,PIDS", f"sudo nvidia-smi {which}-c 0"
    )


RULE = Rule(
    "GPU113",
    "exclusive-compute-mode",
    "error",
    check,
    explained_by=("GPU109", "GPU124"),
    mend=_mend,
)
