"""The driver's branch is no longer maintained.

Why: NVIDIA mends errors and security holes only in branches that it maintains. The driver works,
but what is wrong with it stays wrong.

How we know: the month in which NVIDIA ends this branch is past, on the day the facts were
collected. Judged on Linux only, for which the months are published.

Fix: install a maintained branch. When the GPU is too old for those, there is nothing newer.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import last_driver_branch
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_driver_for
from gpucheck.tables import Tables

MONTH = len("2026-06")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note a branch whose end is past."""
    driver, today = facts.driver.value.driver_release, facts.collected_at
    is_linux = facts.machine.value.os_name == "Linux" and facts.driver_os == "Linux"
    if driver is None or today is None or not is_linux:
        return
    table = tables.driver_branches
    for row in table.rows:
        end = row.end_of_life or row.ended_by
        if row.driver_branch != driver.major or end is None or today[:MONTH] <= end:
            continue
        since = f"since {end}" if row.end_of_life else f"by {end} at the latest"
        yield Finding(
            subject="driver",
            message=f"Driver branch {row.driver_branch} has ended: NVIDIA no longer mends it.",
            evidence=(f"driver {driver} (NVML)", f"ended {since}: {table.source_of(row)}"),
            severity="note",
        )


def _mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    driver = facts.driver.value.driver_release
    lasts = (last_driver_branch(gpu.compute_capability, tables) for gpu in facts.gpus)
    last = min(filter(None, lasts), default=None)
    if driver and last is not None and last <= driver.major:
        return Remedy(f"None is newer for this GPU: branch {last} is the last that supports it.")
    return install_driver_for(facts, tables, what="a newer NVIDIA driver")


RULE = Rule(
    "GPU119",
    "driver-end-of-life",
    "note",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU301",),
    mend=_mend,
)
