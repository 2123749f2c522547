"""The driver is installed without its CUDA library.

Why: libcuda is the part of the driver that CUDA programs load. Some distributions package it
apart, and containers leave it out unless the "compute" capability is asked for.

How we know: NVML works and lists GPUs, but the loader does not find libcuda.

Fix: install the compute part of the same driver release, or give the container the compute
capability.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_libcuda
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report GPUs that NVML sees while libcuda cannot be loaded."""
    driver, cuda = facts.driver.value, facts.cuda_driver.value
    if not facts.gpus or cuda.load_error is None:
        return
    branch = driver.driver_release.major if driver.driver_release else None
    yield Finding(
        subject="driver",
        message="The driver's CUDA library (libcuda) cannot be loaded: no framework can use CUDA.",
        evidence=(
            f"NVML lists {len(facts.gpus)} GPU{'s' if len(facts.gpus) > 1 else ''}",
            f"loader: {cuda.load_error}",
        ),
        remedy=Remedy("Use a 64-bit Python: the driver's library has no other form.")
        if "wrong ELF class" in cuda.load_error
        else install_libcuda(facts.machine.value, branch),
    )


RULE = Rule(
    id="GPU126",
    cause="libcuda-missing",
    severity="error",
    check=check,
    needs=("driver", "cuda_driver"),
    explained_by=("GPU102", "GPU103", "GPU104"),
)
