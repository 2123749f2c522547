"""The report as JUnit XML, for the test pages of CI systems: one test case a rule.

A rule that found something which counts (`--fail-on`) is a failure, one that could not judge or is
ignored is skipped, every other has passed. Each environment is a test suite. The form is that of
the JUnit schema that Jenkins publishes (jenkinsci/xunit-plugin, junit-10.xsd).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from gpucheck.findings import TOO_LITTLE_KNOWN, Finding, Page, Report, everything
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import unobeyed, visible


def render(reports: Sequence[Report], view: View) -> str:
    """Return one `testsuites` element with a suite for each report."""
    root = ET.Element("testsuites", name="gpucheck")
    for report in reports:
        root.append(_suite(report, view))
    ET.indent(root)
    # What is not ASCII becomes a reference to it: such a file is right in every encoding.
    text: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode() + "\n"


def legal(text: str) -> str:
    """Return text in one line that XML 1.0 can hold: it has no place for U+FFFE and U+FFFF."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _suite(report: Report, view: View) -> ET.Element:
    cases = [_case(page, report, view) for page in view.rules]
    if report.is_open and view.counted:
        cases.append(_open_case(report))
    failures = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    elapsed_s = report.facts.elapsed_s or 0.0
    suite = ET.Element(
        "testsuite",
        name=legal(report.target.executable or "a report"),
        tests=str(len(cases)),
        failures=str(failures),
        errors="0",
        skipped=str(skipped),
        time=f"{elapsed_s:.3f}",
    )
    suite.extend(cases)
    return suite


def _open_case(report: Report) -> ET.Element:
    """Return the case of a report that says neither yes nor no."""
    case = ET.Element("testcase", classname="gpucheck", name="enough is known")
    failure = ET.SubElement(case, "failure", type="unknown", message=TOO_LITTLE_KNOWN)
    reasons = dict.fromkeys(skipped.reason for skipped in report.skipped)
    failure.text = "\n".join(f"not judged: {legal(reason)}" for reason in reasons)
    return case


def _case(page: Page, report: Report, view: View) -> ET.Element:
    rule = page.rule.id
    case = ET.Element("testcase", classname=f"gpucheck.{rule[:4]}", name=f"{rule} {page.slug[7:]}")
    found = [each for each in everything(report.findings) if each.rule == rule]
    told = "\n".join(line for each in found for line in _lines(each))
    counted = [each for each in found if each.severity in view.counted and not each.is_allowed]
    if counted:
        more = f" (and {len(counted) - 1} more)" if len(counted) > 1 else ""
        message = legal(counted[0].message) + more
        failure = ET.SubElement(case, "failure", type=counted[0].severity, message=message)
        failure.text = told
        return case
    why_not = next(_reasons(rule, report), None)
    if why_not is not None:
        ET.SubElement(case, "skipped", message=legal(why_not))
    if found:
        ET.SubElement(case, "system-out").text = told
    return case


def _reasons(rule: str, report: Report) -> Iterator[str]:
    """Yield why a rule says nothing: it could not judge, or is not to be heard."""
    yield from (each.reason for each in report.skipped if each.rule == rule)
    yield from (f"ignored: {e.reason}" for e in report.ignored if e.finding.rule == rule)


def _lines(finding: Finding) -> Iterator[str]:
    yield unobeyed(legal(finding.message))
    yield from (unobeyed(f"seen: {legal(each)}") for each in finding.evidence)
    if finding.remedy:
        yield f"fix: {legal(finding.remedy.text)}"
        yield from (unobeyed(legal(each)) for each in finding.remedy.commands)
    yield f"more: {finding.url}"


RENDERER = Renderer(render)
