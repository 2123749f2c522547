"""The rented notebook or instance runs in its mode without a GPU.

Why: services that rent out GPUs also start without one: by default, to save money, or when the
quota is used up. CUDA builds then run on the CPU, and nothing can be installed that changes it.

How we know: the service left its mark, and nothing shows an NVIDIA GPU: no PCI device, no device
file, nothing in NVML or CUDA. It is an error beside a CUDA build, where the service has a switch
for the GPU; else a note.

Fix: switch the GPU on in the service, and start anew.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

SWITCH = {
    "autodl": "Restart the instance with a GPU (not in the mode without a card).",
    "colab": 'In the menu "Runtime", choose "Change runtime type" and a GPU; files in /content go.',
    "kaggle": 'In the notebook\'s settings, choose a GPU as "Accelerator"; the session restarts.',
    "lightning": "Switch the studio to a machine with a GPU.",
    "paperspace": "Start the notebook on a machine with a GPU.",
}
"""Where the switch is; the services' own documentation, 2026-11."""

MAY_BE_MEANT = "Start an instance with a GPU, if one is meant to be here."


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a service that gave no GPU."""
    machine = facts.machine.value
    service = machine.cloud_notebook
    none = said_for("GPU101", facts, tables) if facts.origin == "report" else ()
    if service and none and not facts.gpus:
        yield Finding(
            subject="machine",
            message=f"CUDA finds no GPU on {service}: most likely it was started without one.",
            evidence=(none[0].evidence,),
            remedy=Remedy(SWITCH.get(service, MAY_BE_MEANT)),
        )
        return
    if service is None or machine.device_nodes is None:
        return
    if facts.has_nvidia_gpu or machine.has_nvidia_module:
        return
    is_switched = service in SWITCH and facts.has_cuda_build
    yield Finding(
        subject="machine",
        message=f"This {service} instance was started without a GPU: everything runs on the CPU.",
        evidence=(f"traces of {service} in the environment", "no NVIDIA device of any kind"),
        remedy=Remedy(SWITCH.get(service, MAY_BE_MEANT)),
        severity="error" if is_switched else "note",
    )


RULE = Rule("GPU514", "no-gpu", "error", check, needs=("machine",))
