"""The NVIDIA driver's library crashes the process that calls it.

Why: a library of the driver is broken or does not fit the rest of the installation. Programs that
use the GPU will die in the same way.

How we know: the probe that asks the driver (NVML or libcuda) was ended by a signal, or exited in
the middle of a call.

Fix: reinstall the driver; look for a second copy of its libraries on the loader path.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import reinstall_driver
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report driver probes that died."""
    for api, section in (("NVML", facts.driver), ("libcuda", facts.cuda_driver)):
        # Without a step the probe never began: then the interpreter died, not the driver.
        if section.outcome not in {"crashed", "exited"} or not section.stage:
            continue
        if section.stage.startswith("import"):
            continue
        yield Finding(
            subject="driver",
            message=f"The driver's library crashes: {api} ended the process that called it.",
            evidence=(f"{api}: {section.reason}, in {section.stage}",),
        )
        return


RULE = Rule(
    "GPU121",
    "driver-crashed",
    "error",
    check,
    explained_by=("GPU109",),
    mend=lambda facts, *_: reinstall_driver(facts.machine.value),
)
