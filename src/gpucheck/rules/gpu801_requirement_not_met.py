"""The machine does not meet what this job requires.

Why: a job that needs two GPUs, or a driver of some branch, had better end in seconds than after an
hour. Tests that skip themselves for want of a GPU hide that nothing was tested.

How we know: a requirement, of `--require`, of the project's file or of GPUCHECK_REQUIRE, was
compared with what was seen.

Fix: another runner, or that of the finding which says why.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables


def check(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Yield nothing: what is required is in no facts, so the gate makes this finding."""
    return iter(())


RULE = Rule("GPU801", "policy", "error", check)
