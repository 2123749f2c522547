"""The GPU's power limit is below its default.

Why: somebody lowered the limit, to save power or because the supply is weak. Heavy work then runs
at lower clocks; that is fine when it is meant.

How we know: NVML's enforced limit is more than a twentieth below the default one. Laptops are left
out: their limit changes all the time.

Fix: if it is not meant, set the default again with nvidia-smi -pl.
"""

from collections.abc import Iterator

from gpucheck.compatibility.products import products
from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, gpu_number
from gpucheck.tables import Tables

CLEARLY_LOWER = 0.95
"""Boards enforce limits that differ from the default by a few watts; that says nothing."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note GPUs whose limit was lowered."""
    for gpu in facts.gpus:
        limit, default = gpu.power_limit_w, gpu.power_limit_default_w
        if not limit or not default or limit >= default * CLEARLY_LOWER:
            continue
        if _may_be_in_laptop(gpu, tables):
            continue
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"The power limit of GPU {gpu.index} is {limit:.0f} W instead of"
            f" {default:.0f} W: heavy work runs slower.",
            evidence=(f"NVML: {limit:.0f} W are enforced, the default is {default:.0f} W",),
            severity="note",
        )


def _may_be_in_laptop(gpu: Gpu, tables: Tables) -> bool:
    categories = {row.category for row in products(gpu.name or "", tables)}
    return not categories or "laptop" in categories


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    number = gpu_number(subject)
    gpu = next((gpu for gpu in facts.gpus if str(gpu.index) == number), None)
    text = "If the lower limit is not meant, set the default again."
    if gpu is None or gpu.power_limit_default_w is None:
        return Remedy(text)
    command = f"sudo nvidia-smi -i {number} -pl {gpu.power_limit_default_w:.0f}"
    return for_this_machine(facts.machine.value, text, command)


RULE = Rule("GPU118", "power-limit-lowered", "note", check, needs=("driver",), mend=_mend)
