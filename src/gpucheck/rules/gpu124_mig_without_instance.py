"""A GPU is in MIG mode and has no MIG instance.

Why: in MIG mode programs use parts of the GPU, called instances, never the GPU itself. Until
instances are made, CUDA sees nothing of it.

How we know: NVML says that MIG is on, and lists no instance.

Fix: create a GPU instance with a compute instance, or switch MIG off.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, gpu_number
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs in MIG mode without an instance."""
    bare = [gpu for gpu in facts.gpus if gpu.is_mig_enabled and gpu.mig_instances == ()]
    if facts.origin == "report" and said_for("GPU101", facts, tables):
        # nvidia-smi lists instances in a table of their own, which a report may leave out.
        bare = [gpu for gpu in facts.gpus if gpu.is_mig_enabled and not gpu.mig_instances]
    is_whole_machine = len(bare) == len(facts.gpus) or not facts.cuda_driver.value.devices
    for gpu in bare:
        yield Finding(
            # Where CUDA is left without any GPU, everything else follows from this.
            subject="driver" if is_whole_machine and len(bare) == 1 else f"gpu/{gpu.index}",
            message=f"GPU {gpu.index} ({gpu.name or 'unnamed'}) is in MIG mode without an instance:"
            " CUDA cannot use it.",
            evidence=(f"NVML: MIG is on for GPU {gpu.index}, and it has no MIG instance",),
            remedy=_remedy(facts, str(gpu.index)),
            severity="error" if is_whole_machine else "warning",
        )


def _remedy(facts: Facts, number: str) -> Remedy:
    text = (
        "List the profiles and create an instance of one, with its compute instance (-C); put the"
        f" profile's ID for PROFILE. Or switch MIG off (sudo nvidia-smi -i {number} -mig 0), which"
        " needs the GPU to be idle."
    )
    return for_this_machine(
        facts.machine.value,
        text,
        f"sudo nvidia-smi mig -i {number} -lgip",
        f"sudo nvidia-smi mig -i {number} -cgi PROFILE -C",
    )


RULE = Rule(
    "GPU124",
    "mig-no-instance",
    "error",
    check,
    needs=("driver",),
    mend=lambda facts, _, subject: _remedy(facts, gpu_number(subject) or "0"),
)
