"""The GPUs of this NVSwitch system are not set up: the fabric manager does not run.

Why: in servers with NVSwitches (DGX, HGX with eight GPUs or more) a service connects the GPUs with
each other after every start. Until it has, nvidia-smi shows all of them, and every CUDA program
ends with error 802 (system not yet initialized).

How we know: cuInit returns 802; or NVML says that a GPU's registration with the fabric is not
complete or failed, and CUDA has not shown that it works all the same. Without NVSwitch and without
a fabric, the GPU waits for something else.

Fix: install the fabric manager in exactly the driver's release and start it. On a GPU in
confidential-computing mode 802 has another cause: the GPU must be declared ready.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import declare_ready, start_fabric_manager
from gpucheck.tables import Tables

SYSTEM_NOT_READY = 802  # CUDA_ERROR_SYSTEM_NOT_READY
PENDING = {"not_started", "in_progress"}
HEALTHY = {None, "NVML_SUCCESS"}
NO_FABRIC = {None, "not_supported"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs that wait for the fabric."""
    cuda = facts.cuda_driver.value
    error = cuda.init_error
    if cuda.devices is not None and error is None:
        return  # cuInit succeeded
    said = said_for("GPU601", facts, tables) if facts.origin == "report" else ()
    fabric = [f"GPU {g.index}: fabric {g.fabric_state} (NVML)" for g in facts.gpus if _waits(g)]
    fabric += [f"GPU {g.index}: {g.fabric_status} (NVML)" for g in facts.gpus if _failed(g)]
    is_802 = error is not None and error.code == SYSTEM_NOT_READY
    if not (is_802 or said or (fabric and error is None and cuda.load_error is None)):
        return
    evidence = [f"cuInit returned {SYSTEM_NOT_READY}"] * is_802 + [each.evidence for each in said]
    if facts.machine.value.nvswitch_count:
        evidence.append(f"{facts.machine.value.nvswitch_count} NVSwitches")
    is_fabric = _may_have_fabric(facts)
    is_missing = facts.machine.value.has_fabric_manager is False
    if is_fabric and is_missing and not facts.machine.value.is_container:
        evidence.append("the fabric manager is not installed")
    yield Finding(
        subject="driver",
        message="The fabric manager has not set up this NVSwitch system: CUDA cannot start"
        " (error 802)."
        if is_fabric
        else "CUDA cannot start: the GPU is not declared ready (error 802).",
        evidence=(*evidence[:5], *fabric[:3]),
    )


def _may_have_fabric(facts: Facts) -> bool:
    """Tell whether there may be NVSwitches: a virtual machine need not see those of its host."""
    is_without = facts.machine.value.nvswitch_count == 0
    return not is_without or any(gpu.fabric_state not in NO_FABRIC for gpu in facts.gpus)


def _waits(gpu: Gpu) -> bool:
    return gpu.fabric_state in PENDING


def _failed(gpu: Gpu) -> bool:
    return gpu.fabric_state == "completed" and gpu.fabric_status not in HEALTHY


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Start the fabric manager; without a fabric, declare the GPU ready."""
    if not _may_have_fabric(facts):
        return declare_ready(facts.machine.value)
    start = start_fabric_manager(facts.machine.value, facts.driver.value.driver_release)
    ready = "With confidential computing, declare the GPU ready: nvidia-smi conf-compute -srs 1."
    return Remedy(f"{start.text} {ready}", start.commands)


RULE = Rule(
    "GPU601", "fabric-manager-not-running", "error", check, explained_by=("GPU602",), mend=mend
)
