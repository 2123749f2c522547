"""The report as GitLab's code quality JSON: each finding stands in the merge request.

Fields as GitLab's documentation of custom code quality tools has them (GitLab 18, 2026-11):
description, check_name, fingerprint, severity, location.path and location.lines.begin. There is no
line of code to blame, so the file is the project's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from gpucheck.findings import Finding, Remedy, Report, Severity
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import ascii_json, visible

FILE = "pyproject.toml"
SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "note": "info"}


def render(reports: Sequence[Report], _view: View) -> str:
    """Return a list of all findings; a consequence is told with its cause."""
    issues = [_issue(finding, report) for report in reports for finding in report.findings]
    return ascii_json(msgspec.json.format(msgspec.json.encode(issues), indent=1).decode()) + "\n"


def _issue(finding: Finding, report: Report) -> dict[str, object]:
    where = report.target.executable or ""
    same = f"{where}\0{finding.rule}\0{finding.subject}\0{finding.message}"
    seen = "".join(f" Seen: {each}." for each in finding.evidence)
    then = "".join(f" Then: {each.message}" for each in finding.consequences)
    fix = f" Fix: {' '.join(_words(finding.remedy))}" if finding.remedy else ""
    return {
        "description": visible(f"{finding.message}{seen}{then}{fix}"),
        "check_name": finding.rule,
        "fingerprint": hashlib.sha256(same.encode("utf-8", "replace")).hexdigest(),
        "severity": SEVERITIES[finding.severity],
        "location": {"path": FILE, "lines": {"begin": 1}},
    }


def _words(remedy: Remedy) -> tuple[str, ...]:
    return (remedy.text, *(f"`{command}`" for command in remedy.commands))


RENDERER = Renderer(render)
