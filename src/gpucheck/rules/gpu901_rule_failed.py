"""A rule of gpucheck failed.

Why: a bug in gpucheck. The judgement of that rule is missing; every other rule was still run.

How we know: the rule raised an error while it judged the facts.

Fix: report it with `gpucheck facts --share`, which leaves names and paths out.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables


def check(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Yield nothing: the diagnosis itself makes this finding when a rule raises."""
    return iter(())


RULE = Rule("GPU901", "gpucheck", "warning", check)
