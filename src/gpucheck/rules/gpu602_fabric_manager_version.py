"""Fabric manager and driver are of different releases.

Why: the fabric manager works with a driver of exactly its own release only. After an update of one
of the two it refuses to start, the GPUs of an NVSwitch system are not set up, and every CUDA
program ends with error 802.

How we know: the fabric manager's log names both releases.

Fix: install it in the driver's release, and start it.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import align_fabric_manager
from gpucheck.tables import Tables


def check(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Find nothing: only the fabric manager's own words prove it."""
    yield from ()


RULE = Rule(
    "GPU602",
    "fabric-manager-not-running",
    "error",
    check,
    mend=lambda facts, *_: align_fabric_manager(facts.driver.value.driver_release),
)
