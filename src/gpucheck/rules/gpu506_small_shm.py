"""Shared memory (/dev/shm) is small.

Why: the workers of PyTorch's data loader and NCCL hand data over through /dev/shm. Containers get
64 MiB unless they are started with more; once that is full, workers die of "Bus error".

How we know: /dev/shm of this container holds at most 64 MiB and PyTorch is installed. It is an
error when a program has died of it.

Fix: start the container with --shm-size, or load data without workers.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import enlarge_shared_memory
from gpucheck.tables import Tables

MIB = 1 << 20
SMALL_BYTES = 64 * MIB
"""What Docker, Podman and Kubernetes give when nothing is said (docker run, --shm-size, 2025)."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a small /dev/shm beside PyTorch, and one that a program has filled."""
    machine = facts.machine.value
    said = said_for("GPU506", facts, tables)
    size = machine.shm_bytes
    is_small = size is not None and size <= SMALL_BYTES
    if said and (is_small or size is None):
        evidence = [said[0].evidence]
        message = "A program ran out of shared memory (/dev/shm)."
    elif is_small and machine.is_container and "torch" in facts.installed:
        evidence = [f"PyTorch {facts.installed['torch'].value.release} is installed"]
        message = "Shared memory is small here: data loaders with workers may die of Bus error."
    else:
        return
    if size is not None:
        evidence.append(f"{size // MIB} MiB at /dev/shm")
    yield Finding(
        subject="container",
        message=message,
        evidence=tuple(evidence),
        severity="error" if said else "warning",
    )


RULE = Rule(
    "GPU506",
    "container-shm-too-small",
    "error",
    check,
    mend=lambda facts, *_: enlarge_shared_memory(facts.machine.value),
)
