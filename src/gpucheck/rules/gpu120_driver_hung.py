"""The NVIDIA driver does not answer.

Why: a call into the driver never came back. Every program that uses the GPU will hang in the same
place, often so deep in the kernel that it cannot be killed.

How we know: a probe that asks the driver (NVML or libcuda) was still waiting at its time limit.

Fix: look into the kernel log for Xid or NVRM lines, reset the GPU or reboot. If a slow machine is
the reason, allow more time with --timeout.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report driver probes that did not come back."""
    for api, section in (("NVML", facts.driver), ("libcuda", facts.cuda_driver)):
        # Without a step the probe never began: then the interpreter hangs, not the driver.
        if section.outcome not in {"timed_out", "unkillable"} or not section.stage:
            continue
        evidence = [f"{api}: {section.reason}, in {section.stage}"]
        if section.outcome == "unkillable":
            evidence.append("its process could not even be killed: it is stuck inside the kernel")
        yield Finding(
            subject="driver",
            message=f"The NVIDIA driver does not answer: {api} hangs, and so will training.",
            evidence=tuple(evidence),
        )
        return


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    machine = facts.machine.value
    if machine.os_name == "Windows" or machine.is_wsl:
        return Remedy("Restart Windows; if it comes back, reinstall the NVIDIA driver.")
    where = " on the host" if machine.is_container else ""
    text = f"Look for Xid and NVRM lines in the kernel log{where}, then reset the GPU or reboot."
    is_ours = not machine.is_container
    return Remedy(text, ("sudo dmesg | grep -iE 'nvrm|xid'", "sudo reboot") if is_ours else ())


RULE = Rule("GPU120", "driver-hung", "error", check, explained_by=("GPU109", "GPU129"), mend=_mend)
