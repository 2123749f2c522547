"""The broken machines: at least one for every rule that live facts or pasted lines can show.

Each says in `expected` what must be found, the gravest root cause first, with its consequences:
"GPU103 > GPU127 GPU324". The lists are by area, in the files beside this one.
"""

from __future__ import annotations

from functools import cache

from gpucheck.diagnose import diagnose
from gpucheck.findings import Finding, Report
from gpucheck.tables import Tables
from machines import (
    broken_builds,
    broken_driver,
    broken_messages,
    broken_smoke,
    broken_surroundings,
)
from machines.listed import ListedMachine

BROKEN: tuple[ListedMachine, ...] = (
    *broken_driver.MACHINES,
    *broken_builds.MACHINES,
    *broken_surroundings.MACHINES,
    *broken_messages.MACHINES,
    *broken_smoke.MACHINES,
)


@cache
def reports() -> tuple[tuple[ListedMachine, Report], ...]:
    """Return every machine with its diagnosis."""
    tables = Tables()
    return tuple((machine, diagnose(machine.facts, tables)) for machine in BROKEN)


def sample_of(rule_id: str) -> ListedMachine | None:
    """Return the machine that shows a rule best; None: no machine of the list does.

    That is the first whose gravest finding is the rule's, else the first where it is a root
    cause, else the first where it is a consequence.
    """
    ranked = [
        (rank, machine)
        for machine, report in reports()
        if (rank := _rank(rule_id, report.findings)) is not None
    ]
    return min(ranked, key=lambda each: each[0], default=(0, None))[1]


def in_words(finding: Finding) -> str:
    """Return a finding as it stands in `expected`: "GPU103 > GPU127 GPU324"."""
    below = " ".join(each.rule for each in finding.consequences)
    return f"{finding.rule} > {below}" if below else finding.rule


def _rank(rule_id: str, findings: tuple[Finding, ...]) -> int | None:
    roots = [finding.rule for finding in findings]
    if roots[:1] == [rule_id]:
        return 0
    if rule_id in roots:
        return 1
    is_below = any(rule_id == each.rule for finding in findings for each in finding.consequences)
    return 2 if is_below else None
