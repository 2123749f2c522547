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
from gpucheck.remedies import install_driver
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report driver probes that died."""
    for api, section in (("NVML", facts.driver), ("libcuda", facts.cuda_driver)):
        # Before the library is loaded a probe can only die of a reason that is not the driver's.
        exited = section.outcome == "failed" and section.stage and "import" not in section.stage
        if section.outcome != "crashed" and not (exited and section.exit_status is not None):
            continue
        if section.outcome == "failed" and section.output_tail.startswith("Traceback"):
            continue
        yield Finding(
            subject="driver",
            message=f"The driver's library crashes: {api} ended the process that called it.",
            evidence=(f"{api}: {section.reason}, in {section.stage or 'its first step'}",),
            remedy=install_driver(facts.machine.value),
        )
        return


RULE = Rule(id="GPU121", cause="driver-crashed", severity="error", check=check)
