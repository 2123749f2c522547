"""From a report to an exit code. Every exit code of gpucheck lives here."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Literal

from gpucheck.findings import REQUIREMENT_UNKNOWN, SEVERITIES, Report, Severity

FailOn = Literal["error", "warning", "note", "never"]


class ExitCode(IntEnum):
    """What gpucheck's exit status means."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    FAILED = 3
    COULD_NOT_JUDGE = 4
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "nothing found at or above --fail-on (default: error)",
    ExitCode.FINDINGS: "something found at or above --fail-on",
    ExitCode.USAGE: "wrong usage: unknown option, no such environment, a file that cannot be used",
    ExitCode.FAILED: "gpucheck itself failed (please report it), or standard output takes no more",
    ExitCode.COULD_NOT_JUDGE: "too little is known to judge or answer, and nothing worse was found",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C); all probes were ended",
}

PLAN_MEANINGS: dict[ExitCode, str] = {
    **MEANINGS,
    ExitCode.OK: "a plan; with --run, one that was carried out and that the doctor finds good",
    ExitCode.FINDINGS: "a conflict, or a resolver refuses the plan, or the doctor found something",
    ExitCode.USAGE: "wrong usage: a wish, option or file that means nothing, or a failed --run",
    ExitCode.COULD_NOT_JUDGE: "too little is known to plan, or --verify could not ask a resolver",
}
"""The same of `suggest-install`."""


def counted(fail_on: FailOn) -> tuple[Severity, ...]:
    """Return the severities that count."""
    return () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def exit_code(report: Report, fail_on: FailOn = "error") -> ExitCode:
    """Return the exit code of a report."""
    if fail_on == "never":
        return ExitCode.OK
    severities = counted(fail_on)
    failing = {
        finding.rule
        for finding in report.findings
        if finding.severity in severities and not finding.is_allowed
    }
    if failing - {REQUIREMENT_UNKNOWN}:
        return ExitCode.FINDINGS
    is_known = report.is_conclusive and not failing
    return ExitCode.OK if is_known else ExitCode.COULD_NOT_JUDGE


def combined_exit_code(reports: Sequence[Report], fail_on: FailOn = "error") -> ExitCode:
    """Return the exit code of several reports: findings weigh more than "could not judge"."""
    codes = {exit_code(report, fail_on) for report in reports}
    for code in (ExitCode.FINDINGS, ExitCode.COULD_NOT_JUDGE):
        if code in codes:
            return code
    return ExitCode.OK
