"""Leave out of a report what the user does not want to hear, without forgetting it.

A root cause stays when it, or something that follows from it, is selected; it goes with all that
follows when it is ignored itself. A consequence may be ignored alone.
"""

from __future__ import annotations

import msgspec

from gpucheck.findings import NOT_SELECTED, Finding, Ignored, Report
from gpucheck.settings import Settings


def selected(report: Report, settings: Settings) -> Report:
    """Return the report with only the findings that count; the others are in `ignored`."""
    kept: list[Finding] = []
    ignored: list[Ignored] = [*report.ignored]
    for finding in report.findings:
        reason = _reason(finding, settings)
        if reason is not None:
            ignored.append(Ignored(finding, reason))
            continue
        left, gone = _split(finding.consequences, settings)
        kept.append(msgspec.structs.replace(finding, consequences=left))
        ignored += gone
    return msgspec.structs.replace(report, findings=tuple(kept), ignored=tuple(ignored))


def _reason(finding: Finding, settings: Settings) -> str | None:
    """Return why a root cause is left out; None: it counts."""
    codes = [code for code in settings.ignore if finding.rule.startswith(code)]
    if codes:
        closest = max(codes, key=len)  # of a rule and its area the rule's own reason
        return settings.ignore[closest] or f"ignored by {closest}"
    whole = (finding, *finding.consequences)
    if settings.select and not any(each.rule.startswith(settings.select) for each in whole):
        return NOT_SELECTED
    return None


def _split(
    findings: tuple[Finding, ...], settings: Settings
) -> tuple[tuple[Finding, ...], list[Ignored]]:
    by_itself = Settings(ignore=settings.ignore)
    reasons = [(finding, _reason(finding, by_itself)) for finding in findings]
    left = tuple(finding for finding, reason in reasons if reason is None)
    return left, [Ignored(finding, reason) for finding, reason in reasons if reason is not None]
