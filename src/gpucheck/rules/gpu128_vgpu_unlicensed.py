"""The virtual GPU has no licence.

Why: a vGPU without a licence from NVIDIA's licence server is slowed down after a while and then
refuses CUDA.

How we know: NVML says so of a GPU that is virtual. It takes a few minutes after the start until the
licence is there. Or the licence daemon said that it got none.

Fix: give the virtual machine its licence token, and let it reach the licence server.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report virtual GPUs without a licence."""
    for gpu in facts.gpus:
        if gpu.vgpu_license_state == "unlicensed":
            yield Finding(
                subject=f"gpu/{gpu.index}",
                message=f"The virtual GPU {gpu.index} ({gpu.name or 'unnamed'}) has no licence: it"
                " is slowed down, and then refuses CUDA.",
                evidence=(f"NVML: the vGPU licence of GPU {gpu.index} is not there",),
                severity="warning",
            )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    text = (
        "Put the licence token of your organisation into /etc/nvidia/ClientConfigToken (on Windows"
        " its own folder), let the machine reach the licence server, and start the daemon anew."
    )
    return for_this_machine(
        facts.machine.value,
        text,
        "sudo systemctl restart nvidia-gridd",
        "sudo journalctl -u nvidia-gridd",
    )


RULE = Rule("GPU128", "vgpu-unlicensed", "warning", check, mend=_mend)
