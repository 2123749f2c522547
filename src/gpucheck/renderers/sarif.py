"""The report as SARIF 2.1.0 (OASIS Standard, 2020-03), for code scanning pages.

One run; each rule that is judged is described in the driver, each finding is a result. There is no
line of code to blame, so results have a logical location, which is what the finding is about, and
for scanners that want a file the project's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from gpucheck.findings import DOCS_ADDRESS, Finding, Page, Report, Severity, everything
from gpucheck.release import RELEASE
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import ascii_json, visible

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://github.com/gpucheck/gpucheck"
FILE = "pyproject.toml"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}


def render(reports: Sequence[Report], view: View) -> str:
    """Return one log with a run for each report."""
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [_run(report, view.rules) for report in reports],
    }
    return ascii_json(msgspec.json.format(msgspec.json.encode(log), indent=1).decode()) + "\n"


def _run(report: Report, rules: Sequence[Page]) -> dict[str, object]:
    places = {page.rule.id: place for place, page in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": "gpucheck",
                "version": RELEASE,
                "informationUri": HOME,
                "rules": [_rule(page) for page in rules],
            }
        },
        # What stands before the last slash is GitHub's category: one for each environment.
        "automationDetails": {"id": f"gpucheck/{visible(report.target.executable or 'report')}/"},
        "results": [_result(finding, places) for finding in everything(report.findings)],
    }


def _rule(page: Page) -> dict[str, object]:
    return {
        "id": page.rule.id,
        "name": "".join(part.title() for part in page.slug.split("_")[1:]),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.title},
        # GitHub shows it beside the alert, and asks for it (its page "SARIF support for code
        # scanning", 2026-11).
        "help": {"text": page.text or page.title},
        "helpUri": f"{DOCS_ADDRESS}/{page.slug}.md",
        "defaultConfiguration": {"level": LEVELS[page.rule.severity]},
    }


def _result(finding: Finding, places: dict[str, int]) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "message": {"text": _without_links(visible(" ".join(_words(finding))))},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": FILE}, "region": {"startLine": 1}},
                "logicalLocations": [{"fullyQualifiedName": finding.subject}],
            }
        ],
        # The name is GitHub's; all findings stand at one line of a file that nobody changed.
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding)},
    }
    if finding.rule in places:
        result["ruleIndex"] = places[finding.rule]
    return result


def _fingerprint(finding: Finding) -> str:
    same = f"{finding.rule}\0{finding.subject}\0{finding.message}"
    return hashlib.sha256(same.encode("utf-8", "replace")).hexdigest()


def _without_links(text: str) -> str:
    """Return text in which nothing is a link "[words](address)" (SARIF 2.1.0, 3.11.6)."""
    return text.replace("](", "] (")


def _words(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield from (f"Seen: {each}." for each in finding.evidence)
    if finding.remedy:
        yield f"Fix: {finding.remedy.text}"
        yield from (f"`{command}`" for command in finding.remedy.commands)


RENDERER = Renderer(render)
