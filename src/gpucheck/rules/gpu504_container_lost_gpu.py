"""The container has lost its access to the GPU.

Why: a container gets the GPU by a device rule of its control group. When the host reloads systemd,
which updates do, the rules are written anew, and those of NVIDIA's runtime hook are forgotten. A
container that worked until then gets "Unknown Error" from NVML.

How we know: NVML does not start in a container, with error 999 (unknown) or 17 (blocked by the
operating system), although the GPU's device file is inside.

Fix: restart the container; hand GPUs over by CDI (the container device interface) to prevent it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import GPU_NODES, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import restart_lost_container
from gpucheck.tables import Tables

BLOCKED = {17: "NVML_ERROR_OPERATING_SYSTEM", 999: "NVML_ERROR_UNKNOWN"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a container whose GPU is inside and does not answer."""
    machine, error = facts.machine.value, facts.driver.value.init_error
    is_report = facts.origin == "report"  # few reports say where they come from
    if not (machine.is_container or (is_report and machine.is_container is None)):
        return
    if machine.is_wsl or facts.cuda_driver.value.devices:
        return
    nodes = [n.path for n in machine.device_nodes or () if n.path.startswith(GPU_NODES)]
    said = said_for("GPU504", facts, tables) if is_report else ()
    if error and error.code in BLOCKED and nodes:
        name = error.name or BLOCKED[error.code]
        evidence = [f"{error.call} returned {error.code} ({name})", f"inside: {', '.join(nodes)}"]
    elif said:
        evidence = [said[0].evidence]
    else:
        return
    here = "this is a container" if machine.is_container else "not known: whether in a container"
    unless = "" if machine.is_container else " (in a container; elsewhere, the kernel's log says)"
    yield Finding(
        subject="driver",
        message=f"The GPU is there, but this container may no longer use it{unless}.",
        evidence=(*evidence, here),
    )


RULE = Rule(
    "GPU504",
    "container-lost-gpu-cgroup",
    "error",
    check,
    mend=lambda facts, *_: restart_lost_container(facts.machine.value),
)
