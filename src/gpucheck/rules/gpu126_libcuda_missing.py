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
from gpucheck.plurals import number_of
from gpucheck.remedies import install_libcuda
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report GPUs that NVML sees while libcuda cannot be loaded."""
    cuda = facts.cuda_driver.value
    if not facts.gpus or cuda.load_error is None:
        return
    yield Finding(
        subject="driver",
        message="The driver's CUDA library (libcuda) cannot be loaded: no framework can use CUDA.",
        evidence=(
            f"NVML lists {number_of(len(facts.gpus), 'GPU')}",
            f"loader: {cuda.load_error}",
        ),
    )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    if "wrong ELF class" in (facts.cuda_driver.value.load_error or ""):
        return Remedy("Use a 64-bit Python: the driver's library has no other form.")
    release = facts.driver.value.driver_release
    return install_libcuda(facts.machine.value, release.major if release else None)


EXPLAINED_BY = (
    "GPU102", "GPU103", "GPU104", "GPU105", "GPU106", "GPU107", "GPU108", "GPU218", "GPU407",
    "GPU501", "GPU502", "GPU503", "GPU508", "GPU509",
)  # fmt: skip

RULE = Rule(
    "GPU126",
    "libcuda-missing",
    "error",
    check,
    needs=("driver", "cuda_driver"),
    explained_by=EXPLAINED_BY,
    mend=_mend,
)
