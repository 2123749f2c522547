"""The judgement that a job asks for: the diagnosis, less what it ignores, with what it requires.

In: facts, tables, settings, a lock. Out: a report. What is not as it is required or locked becomes
a finding of GPU801 to GPU803, which stands after the root causes of its severity: these say why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from gpucheck import diagnose
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import (
    DOCS_ADDRESS,
    NOT_SELECTED,
    REQUIREMENT_UNKNOWN,
    SEVERITIES,
    Finding,
    Remedy,
    Report,
    Severity,
)
from gpucheck.lock import Lock, drift
from gpucheck.requirement_checks import check_all
from gpucheck.requirements import Requirement
from gpucheck.selection import selected
from gpucheck.settings import Settings
from gpucheck.shell_words import quoted
from gpucheck.tables import Tables

NOT_MET, DRIFTED = "GPU801", "GPU803"


def judged(
    facts: Facts,
    tables: Tables,
    settings: Settings,
    lock: Lock | None = None,
    *,
    not_computed: Sequence[str] = (),
) -> Report:
    """Return the report of a snapshot as the settings want it.

    What is required or locked counts whatever is selected; it may be ignored, with a reason.
    `not_computed` says what was to be computed and was not: then it is not known to be right,
    unless something is known to be wrong. It may not be unknown: nothing else was asked.
    """
    heard = Settings(ignore=settings.ignore)
    whole = selected(diagnose.diagnose(facts, tables), heard)
    found = [*_unmet(whole, settings), *(_drifted(whole, lock, settings) if lock else ())]
    report = selected(whole, Settings(select=settings.select))
    if not_computed and not (report.count("error") or _has_ignored_failure(report)):
        found.append(_unknown("whether all is computed right", tuple(not_computed), Settings()))
    # A stable sort: what is found of the machine says why it is not as it should be.
    everything = sorted((*report.findings, *found), key=lambda f: SEVERITIES.index(f.severity))
    return selected(msgspec.structs.replace(report, findings=tuple(everything)), heard)


def _has_ignored_failure(report: Report) -> bool:
    """Tell whether it is known, and accepted, why something was not computed."""
    return any(
        each.finding.rule.startswith("GPU7") and each.reason != NOT_SELECTED
        for each in report.ignored
    )


def _unmet(report: Report, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each requirement that is not met or not known."""
    for each in check_all(settings.require, report.facts, report.findings):
        what = f"the requirement {each.requirement.text}"
        if each.answer == "not_met":
            found = _finding(NOT_MET, f"This machine does not meet {what}.", (each.seen,))
            yield msgspec.structs.replace(found, remedy=_remedy(each.requirement, report.facts))
        elif each.answer == "unknown":
            yield _unknown(f"whether this machine meets {what}", (each.seen,), settings)


def _remedy(requirement: Requirement, facts: Facts) -> Remedy | None:
    """Return how to install a framework that is not there; other machines are not to be had so."""
    is_lacking = requirement.name in FRAMEWORK_TITLES and requirement.name not in facts.installed
    if not is_lacking or not facts.has_nvidia_gpu:
        return None
    place = ("--python", facts.target.executable) if facts.target.executable else ()
    wish = re.sub(r"\s|\+[\w.]+", "", requirement.text)  # a build is chosen by what runs here
    command = quoted(facts, "gpucheck", "suggest-install", wish, *place)
    return Remedy("Ask what works here.", (command,))


def _drifted(report: Report, lock: Lock, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for everything that is not as locked, and one for all that is not known."""
    unknown = []
    for each in drift(lock, report.facts):
        if each.now is None:
            unknown.append(f"{each.what}: locked {each.locked}, now not known")
            continue
        seen = (f"locked: {each.locked}", f"now: {each.now}")
        yield _finding(DRIFTED, each.sentence, seen, each.severity)
    if unknown:
        yield _unknown("whether all is as locked", tuple(unknown), settings)


def _unknown(what: str, seen: tuple[str, ...], settings: Settings) -> Finding:
    severity: Severity = "note" if settings.allow_unknown else "error"
    return _finding(REQUIREMENT_UNKNOWN, f"It is not known {what}.", seen, severity)


def _finding(
    rule: str, message: str, evidence: tuple[str, ...], severity: Severity = "error"
) -> Finding:
    page = next(page for page in diagnose.pages() if page.rule.id == rule)
    return Finding(
        rule=rule,
        cause=page.rule.cause,
        subject="job",
        message=message,
        evidence=evidence,
        severity=severity,
        url=f"{DOCS_ADDRESS}/{page.slug}.md",
    )
