"""The machine is no longer as the lock file has it.

Why: what worked on a machine that was found good may fail on one with another driver branch, other
GPUs or another build, and the difference is easily overlooked.

How we know: the values of the lock file, which `gpucheck lock` wrote there, were compared with what
was seen. What is new beside them is no drift, and what cannot be told is GPU802. Fewer or other
GPUs and a framework that is gone or built for another CUDA are errors; the rest are warnings.

Fix: bring the machine back to what is locked; or, where the change is wanted and all is well, write
the lock file anew.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables


def check(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Yield nothing: what is locked is in no facts, so the gate makes this finding."""
    return iter(())


RULE = Rule("GPU803", "policy", "error", check)
