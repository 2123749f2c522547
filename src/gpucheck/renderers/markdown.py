"""The report in Markdown, to paste into an issue or a job's summary (GitHub Flavored Markdown).

It is made for others, so it gets reports without names, hosts, UUIDs and private paths. Everything
that comes from outside is escaped: no device name or error message makes a heading, a link, a
table's cell, an HTML tag, a mention, or a command of a CI system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.categories import Mark, categories
from gpucheck.figure_words import results_text, seen_text, share_text, value_text
from gpucheck.figures import DeviceFigures
from gpucheck.findings import SEVERITIES, Finding, Report, Severity
from gpucheck.plurals import number_of
from gpucheck.release import RELEASE
from gpucheck.renderers import Renderer, View
from gpucheck.roofline_chart import chart
from gpucheck.visible_text import unobeyed, visible

MARKS: dict[Mark, str] = {
    "good": "✅",
    "warning": "⚠️",
    "error": "❌",
    "unknown": "❔",
    "none": "➖",
}
SIGNS: dict[Severity, str] = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}
# An underscore within a word means nothing; "http://" and "www." are made links without brackets.
_PUNCTUATION = re.compile(
    r"([\\`*{}\[\]#|~$]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.)", re.IGNORECASE
)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# GitHub looks for mentions and for issues in the finished text: a backslash does not hide them.
# Source: https://github.com/mojombo/github-flavored-markdown/issues/61, 2016-07.
_MENTION = re.compile(r"(@|#(?=\d)|\bGH-(?=\d))", re.IGNORECASE)

_NOT_ASCII = re.compile(r"(?ms)^(`{3,})[^\n]*$.*?^\1$|[^\x00-\x7f]")
"""A whole block of code, or a character that not every encoding has."""


def render(reports: Sequence[Report], view: View) -> str:
    """Return the reports one under the other."""
    figures = (*view.figures, *([()] * len(reports)))
    pages = (_page(report, own, view) for report, own in zip(reports, figures, strict=False))
    text = "\n---\n\n".join("\n".join(page) + "\n" for page in pages)
    return text if view.has_unicode else _NOT_ASCII.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    """Return a reference that Markdown resolves; in code it resolves none."""
    return found[0] if found[1] else f"&#{ord(found[0])};"


def escaped(text: str) -> str:
    """Return text from outside in one line, so that Markdown shows it as it is.

    It must not begin a line: there a dash or a number would begin a list. Mentions ("@name") and
    references to issues ("#1") are broken by a zero width space.
    """
    shown = " ".join(visible(text).split())
    plain = _PUNCTUATION.sub(r"\\\1", shown).translate(_ENTITIES)
    return _MENTION.sub("\\1\N{ZERO WIDTH SPACE}", plain)


def _page(report: Report, figures: Sequence[DeviceFigures], view: View) -> Iterator[str]:
    yield from _head(report)
    yield from _overview(report)
    for finding in report.findings:
        if finding.severity != "note":
            yield from _finding(finding)
    for device in figures:
        yield from _figures(device, view)
    notes = [finding for finding in report.findings if finding.severity == "note"]
    if notes:
        yield "<details>"
        yield f"<summary>{number_of(len(notes), 'note')}</summary>"
        yield ""
        for note in notes:
            yield from _finding(note)
        yield "</details>"
        yield ""
    yield from _foot(report)


def _head(report: Report) -> Iterator[str]:
    gravest = next((each for each in report.findings if each.severity != "note"), None)
    if gravest:
        verdict = f"{SIGNS[gravest.severity]} {gravest.rule}"
    elif report.is_conclusive:
        verdict = "nothing is wrong" if report.facts.has_nvidia_gpu else "no NVIDIA GPU here"
    else:
        verdict = "too little is known"
    yield f"## gpucheck: {verdict}"
    yield ""
    python = report.facts.packages.value.python_release
    release = f" (Python {escaped(python)})" if python else ""
    yield f"Inspected: {escaped(report.target.executable or 'a report')}{release}"
    yield ""


def _overview(report: Report) -> Iterator[str]:
    yield "| | | |"
    yield "| --- | --- | --- |"
    for category in categories(report):
        yield f"| {MARKS[category.mark]} | {escaped(category.title)} | {escaped(category.text)} |"
    yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield f"### {SIGNS[finding.severity]} {finding.rule}: {escaped(finding.message)}"
    yield ""
    for seen in finding.evidence:
        yield f"- seen: {escaped(seen)}"
    for following in finding.consequences:
        yield f"- then: {escaped(following.message)} ({following.rule})"
    if finding.evidence or finding.consequences:
        yield ""
    if finding.remedy:
        yield f"Fix: {escaped(finding.remedy.text)}"
        yield ""
        yield from _fenced(finding.remedy.commands, "sh")
    yield f"More: [gpucheck explain {finding.rule}]({finding.url})"
    yield ""


def _figures(device: DeviceFigures, view: View) -> Iterator[str]:
    yield f"### {escaped(device.title)}"
    yield ""
    for check in device.checks:
        if results := results_text(check):
            yield f"- results: {escaped(f'{check.test}: {results}')}"
        if seen := seen_text(check):
            yield f"- seen by NVML: {escaped(f'{check.test}: {seen}')}"
    if device.checks:
        yield ""
    if device.figures:
        yield from _rows(device)
    if device.roofline:
        yield from _fenced(tuple(chart(device.roofline, has_unicode=view.has_unicode)), "text")


def _rows(device: DeviceFigures) -> Iterator[str]:
    yield "| test | what | measured | of what the hardware can do |"
    yield "| --- | --- | ---: | --- |"
    for each in device.figures:
        wrong = " **wrong**" if each.is_wrong else ""
        cells = map(escaped, (each.test, each.what, value_text(each), share_text(each)))
        yield f"| {' | '.join(cells)}{wrong} |"
    yield ""


def _fenced(lines: Sequence[str], language: str) -> Iterator[str]:
    """Yield lines in a fence that is longer than any in them; nothing for no lines."""
    shown = [unobeyed(visible(line)) for line in lines]
    if not shown:
        return
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from shown
    yield fence
    yield ""


def _foot(report: Report) -> Iterator[str]:
    counts = ", ".join(number_of(report.count(severity), severity) for severity in SEVERITIES)
    skipped = f", {number_of(len(report.skipped), 'judgement')} not made" if report.skipped else ""
    yield f"{counts}{skipped}"
    yield ""
    for each in report.ignored:
        yield f"- ignored: {each.finding.rule} ({escaped(each.reason)})"
    if report.ignored:
        yield ""
    yield f"gpucheck {RELEASE}, tables of {report.tables_date}"


RENDERER = Renderer(render, is_for_others=True)
