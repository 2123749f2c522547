"""Several MIG instances are there, and CUDA shows a program one of them.

Why: CUDA lets a process use a single MIG instance. A list of several, or numbers as if they were
GPUs, leaves the first one, without a message.

How we know: NVML lists several instances, CUDA shows one device, and CUDA_VISIBLE_DEVICES lists
more, or numbers.

Fix: start one process for each instance, each with CUDA_VISIBLE_DEVICES set to the instance's UUID.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE, hides_everything

INSTANCE = re.compile(r"\bMIG[- ](?:GPU-|[0-9a-f]{8}-|\dg\.\d)|-MIG-\dg\.\d")
"""An instance's UUID or profile: "MIG-GPU-…/7/0", "A100-SXM4-80GB-MIG-3g.40gb"."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report masks that promise more than the one instance that CUDA shows."""
    said = said_for("GPU125", facts, tables)
    named = (line for line in facts.messages if INSTANCE.search(line.text))
    if said and (shown := next(named, None)):  # of a report, in which the driver is seldom asked
        yield Finding(
            subject="environment",
            message="A program counts GPUs, and the environment names a MIG instance.",
            evidence=(said[0].evidence, f"{shown.where}: {shown.text[:200]}"),
            severity="warning",
        )
        return
    uuids = [uuid for gpu in facts.gpus for uuid in gpu.mig_uuids]
    devices = facts.cuda_driver.value.devices
    is_one = devices is not None and len(devices) == 1
    mask = (facts.machine.value.environment or {}).get(VARIABLE)
    if len(uuids) <= 1 or not is_one or mask is None or hides_everything(mask):
        return
    entries = [entry.strip() for entry in mask.split(",")]
    if len(entries) == 1 and not entries[0].isdigit():
        return  # one instance, chosen by its name
    yield Finding(
        subject="environment",
        message=f"CUDA shows one MIG instance of {len(uuids)}: a process cannot use more, whatever"
        f" {VARIABLE} lists.",
        evidence=(f'{VARIABLE}="{mask}"', f"NVML lists {len(uuids)} MIG instances, CUDA 1 device"),
        severity="warning" if len(entries) > 1 else "note",
    )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    uuids = [uuid for gpu in facts.gpus for uuid in gpu.mig_uuids]
    text = "Start one process for each instance, and give each the UUID of its own."
    commands = tuple(f"{VARIABLE}={uuid} …" for uuid in uuids[:2])
    return Remedy(text, commands if facts.machine.value.os_name != "Windows" else ())


RULE = Rule(
    "GPU125",
    "mig-single-instance-visible",
    "warning",
    check,
    needs=("machine",),
    mend=_mend,
)
