"""Too little memory of the GPU is free to test it.

Why: a test must not push others out. It takes at most a quarter of what is free.

How we know: before the test, the driver or the framework said how much is free; or memory ran out
during the test.

Fix: end what holds the memory, then test again.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import Tested, devices_under_test, is_out_of_memory
from gpucheck.compatibility.smoke_subjects import place_of, subject_on
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Note each GPU that was not tested for want of memory, once."""
    left_out: dict[tuple[str, str], list[str]] = {}
    for each in devices_under_test(facts):
        if reason := _reason(each):
            key = subject_on(each.device, facts), place_of(each.device, facts)
            left_out.setdefault(key, []).append(f"{each.title}: {reason}")
    for (subject, place), reasons in left_out.items():
        yield Finding(
            subject=subject,
            message=f"{place} was not, or not fully, tested: too little of its memory is free.",
            evidence=tuple(reasons),
            severity="note",
        )


def _reason(each: Tested) -> str | None:
    ran_out = next((error for error in each.device.errors if is_out_of_memory(error)), None)
    return ran_out.first_line if ran_out else each.device.unavailable.get("memory")


RULE = Rule(
    "GPU707",
    "gpu-memory-held-by-other-process",
    "note",
    check,
    mend=lambda *_: Remedy("End what holds the memory, and test again.", ("nvidia-smi",)),
    explained_by=("GPU114",),
)
