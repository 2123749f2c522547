"""Whether the machine is as required, as locked, or computes right, is not known.

Why: a gate that takes unknown for met is none. So this ends with exit code 4, unless
`--allow-unknown` says that it may.

How we know: what the requirement or the lock file is about was not told, not asked, or could not
be learnt, or something that `gpucheck smoke` was to compute was not; the evidence says which.

Fix: leave out `--no-import` or `--no-smoke` where what is asked needs an import or a smoke test;
else that of the finding which says why a probe failed.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables


def check(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Yield nothing: what is required is in no facts, so the gate makes this finding."""
    return iter(())


RULE = Rule("GPU802", "policy", "error", check)
