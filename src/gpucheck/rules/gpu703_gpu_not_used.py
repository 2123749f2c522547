"""A test says that it computed on the GPU, and NVML saw nothing of it.

Why: a library between the program and the driver can pretend: a simulator, a stub, a remote GPU.
Then all looks well, and the GPU at hand idles.

How we know: while the test ran, NVML listed no new process, no memory was taken, and neither
utilisation nor power rose. It is not concluded in MIG instances, on WSL, on a busy GPU, or where
NVML tells too little.

Fix: see which libcuda the program loads, and whether the GPU that it shows is the one you mean.
"""

from collections.abc import Iterator

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.smoke import devices_under_test
from gpucheck.compatibility.smoke_subjects import place_of
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report tests whose use of the GPU was not seen."""
    for each in devices_under_test(facts):
        seen = verdict(each.device, facts)
        if seen.value == "not_used" and each.device.products:
            yield Finding(
                subject=each.subject,
                message=f"{each.title} says that it computed on {place_of(each.device, facts)}, but"
                " NVML saw no use of it.",
                evidence=seen.evidence,
            )


RULE = Rule(
    "GPU703",
    "gpu-not-used",
    "error",
    check,
    mend=lambda *_: Remedy("See which libcuda is loaded.", ("ldconfig -p | grep libcuda",)),
    explained_by=("GPU208", "GPU209"),
)
