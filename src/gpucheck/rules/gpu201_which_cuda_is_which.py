"""Several CUDA numbers that differ, and may.

Why: nvidia-smi shows the newest CUDA that the driver can run, nvcc its own toolkit, a framework
the CUDA that it was built with and brings along. They need not be equal.

How we know: at least two of the three numbers are known and differ.

Fix: nothing to fix. The toolkit matters only when you compile CUDA code yourself.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note which number means what, when they differ."""
    driver_cuda = facts.driver.value.driver_cuda or facts.cuda_driver.value.driver_cuda
    numbers, lines = set(), []
    if driver_cuda:
        numbers.add(driver_cuda.parts[:2])
        lines.append(f"{driver_cuda}: the newest CUDA that the driver can run (nvidia-smi)")
    for nvcc in facts.toolkit.value.nvccs or ():
        if nvcc.toolkit_cuda:
            numbers.add(nvcc.toolkit_cuda.parts[:2])
            lines.append(f"{nvcc.toolkit_cuda}: the toolkit of {nvcc.path}, for compiling only")
    for name, section in facts.installed.items():
        if built := section.value.built_for_cuda:
            numbers.add(built.parts[:2])
            title = FRAMEWORK_TITLES.get(name, name)
            lines.append(f"{built}: what {title} was built with and runs on")
    if driver_cuda and len(numbers) > 1:
        yield Finding(
            subject="machine",
            message="Several CUDA versions are in play; they are different things and may differ.",
            evidence=tuple(lines),
            severity="note",
        )


RULE = Rule(
    "GPU201",
    "which-cuda-version",
    "note",
    check,
    needs=("driver",),
    explained_by=("GPU202", "GPU207", "GPU301", "GPU327"),
)
