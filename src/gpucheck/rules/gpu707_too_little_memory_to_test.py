"""Too little memory of the GPU is free to test it.

Why: a test must not push others out. It takes at most a quarter of what is free.

How we know: before the test, the driver or the framework said how much is free; or memory ran out
during the test.

Fix: end what holds the memory, then test again.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test, gpu_of, is_out_of_memory
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note each GPU that was not tested for want of memory, once."""
    reasons: dict[str, str] = {}
    for each in devices_under_test(facts):
        reason = each.device.unavailable.get("memory")
        if each.device.error and is_out_of_memory(each.device.error):
            reason = each.device.error.first_line
        if reason:
            gpu = gpu_of(each.device, facts)
            subject = f"gpu/{gpu.index}" if gpu else "driver"
            reasons.setdefault(subject, f"{each.title}: {reason}")
    for subject, reason in reasons.items():
        yield Finding(
            subject=subject,
            message="The GPU was not tested: too little of its memory is free.",
            evidence=(reason,),
            severity="note",
        )


RULE = Rule(
    "GPU707",
    "gpu-memory-held-by-other-process",
    "note",
    check,
    mend=lambda *_: Remedy("End what holds the memory, and test again.", ("nvidia-smi",)),
    explained_by=("GPU114",),
)
