"""The judgement that a job asks for: the diagnosis, less what it ignores, with what it requires.

In: facts, tables, settings, a lock. Out: a report. What is not as it is required or locked becomes
a finding of GPU801 to GPU803, which stands after the root causes of its severity: these say why.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gpucheck import diagnose
from gpucheck.facts import Facts
from gpucheck.findings import DOCS_ADDRESS, SEVERITIES, Finding, Page, Report
from gpucheck.lock import Lock, drift
from gpucheck.requirement_checks import Answered, check_all
from gpucheck.requirements import Requirement
from gpucheck.selection import selected
from gpucheck.settings import Settings
from gpucheck.tables import Tables

NOT_MET, UNKNOWN, DRIFTED = "GPU801", "GPU802", "GPU803"


def judged(facts: Facts, tables: Tables, settings: Settings, lock: Lock | None = None) -> Report:
    """Return the report of a snapshot as the settings want it."""
    report = selected(diagnose.diagnose(facts, tables), settings)
    if lock:
        report = with_lock(report, lock)
    return with_requirements(report, settings.require, may_be_unknown=settings.allow_unknown)


def with_requirements(
    report: Report, requirements: Iterable[Requirement], *, may_be_unknown: bool = False
) -> Report:
    """Return the report with a finding for each requirement that is not met or not known."""
    answered = check_all(requirements, report.facts)
    found = [_finding(each, may_be_unknown) for each in answered if each.answer != "met"]
    return _added(report, found)


def with_lock(report: Report, lock: Lock) -> Report:
    """Return the report with a finding for everything that is not as the lock has it."""
    page = _page(DRIFTED)
    found = [
        Finding(
            rule=DRIFTED,
            cause=page.rule.cause,
            subject="machine",
            message=f"{each.what[0].upper()}{each.what[1:]} is not as locked.",
            evidence=(f"locked: {each.locked}", f"now: {each.now or 'not there, or not known'}"),
            severity=each.severity,
            url=f"{DOCS_ADDRESS}/{page.slug}.md",
        )
        for each in drift(lock, report.facts)
    ]
    return _added(report, found)


def _added(report: Report, found: Iterable[Finding]) -> Report:
    # A stable sort: what is found of the machine says why it is not as it should be.
    everything = sorted((*report.findings, *found), key=lambda f: SEVERITIES.index(f.severity))
    return msgspec.structs.replace(report, findings=tuple(everything))


def _page(rule: str) -> Page:
    return next(page for page in diagnose.pages() if page.rule.id == rule)


def _finding(answered: Answered, may_be_unknown: bool) -> Finding:  # noqa: FBT001 - of an option
    is_unknown = answered.answer == "unknown"
    rule = UNKNOWN if is_unknown else NOT_MET
    page = _page(rule)
    verb = (
        "It is not known whether this machine meets" if is_unknown else "This machine does not meet"
    )
    return Finding(
        rule=rule,
        cause=page.rule.cause,
        subject="machine",
        message=f"{verb} the requirement {answered.requirement.text}.",
        evidence=(answered.seen,),
        severity="note" if is_unknown and may_be_unknown else "error",
        url=f"{DOCS_ADDRESS}/{page.slug}.md",
    )
