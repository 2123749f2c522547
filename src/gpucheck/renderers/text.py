"""The report for people: a line per category, then the findings, then the count.

Everything that comes from outside passes through `visible`, so no device name or error message
can steer the terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import msgspec

from gpucheck.categories import Category, Mark, categories
from gpucheck.figure_words import results_text, seen_text, share_text, value_text
from gpucheck.figures import DeviceFigures
from gpucheck.findings import SEVERITIES, TOO_LITTLE_KNOWN, Finding, Report, Severity
from gpucheck.plurals import number_of
from gpucheck.release import RELEASE
from gpucheck.renderers import Renderer, View
from gpucheck.roofline_chart import chart
from gpucheck.visible_text import unobeyed, visible

MARKS: dict[Mark, tuple[str, str, str]] = {
    "good": ("[✓]", "[ok]", "32"),
    "warning": ("[!]", "[!]", "33"),
    "error": ("[✗]", "[x]", "31"),
    "unknown": ("[?]", "[?]", "35"),
    "none": (" - ", " - ", "2"),
}
"""Mark of a category: sign, sign where Unicode cannot be shown, ANSI colour."""

SIGNS: dict[Severity, tuple[str, str, str]] = {
    "error": ("✗", "x", "31"),
    "warning": ("!", "!", "33"),
    "note": ("·", "-", "36"),
}
PLAIN = str.maketrans({"×": "x", "·": "-", "…": "...", "µ": "u"})
"""Our own signs where Unicode cannot be shown."""

BOLD, DIM = "1", "2"
MIN_WIDTH, MAX_WIDTH = 40, 120
LABEL_WIDTH = 13


def render(reports: Sequence[Report], view: View) -> str:
    """Return the reports one under the other; several end with a line for each environment."""
    page = _Page(view)
    figures = (*view.figures, *([()] * len(reports)))
    pages = [page.lines(report, own) for report, own in zip(reports, figures, strict=False)]
    if len(reports) > 1:
        pages.append(page.summary(reports))
    return "\n".join("\n".join(lines) + "\n" for lines in pages)


class _Page(msgspec.Struct, frozen=True):
    """Lays out one report for a view."""

    view: View

    def lines(self, report: Report, figures: Sequence[DeviceFigures]) -> Iterator[str]:
        yield from self._head(report)
        for number, category in enumerate(categories(report)):
            if number == 0:
                yield ""
            yield from self._category(category)
        for device in figures:
            yield ""
            yield from self._figures(device)
        for finding in report.findings:
            if finding.severity != "note":
                yield ""
                yield from self._finding(finding)
        notes = [finding for finding in report.findings if finding.severity == "note"]
        if notes:
            yield ""
        for note in notes:
            yield from self._note(note, report)
        if self.view.is_verbose and report.skipped:
            yield from self._skipped(report)
        if self.view.is_verbose:
            yield from self._ignored(report)
        yield ""
        yield from self._close(report)

    def summary(self, reports: Sequence[Report]) -> Iterator[str]:
        yield self._paint(f"{len(reports)} environments", BOLD)
        for report in reports:
            gravest = next((f for f in report.findings if f.severity != "note"), None)
            mark: Mark = "good" if report.is_conclusive else "unknown"
            if report.facts.has_nvidia_gpu is False:
                mark = "none"
            if gravest:
                mark = "error" if gravest.severity == "error" else "warning"
            target = report.target
            words = f"{gravest.rule} {gravest.message}" if gravest else "nothing found"
            sign, plain, colour = MARKS[mark]
            start = f"{sign if self.view.has_unicode else plain} "
            name = f"{target.executable or 'a report'}: {words}"
            lines = list(self._wrapped(name, start, "    "))
            yield self._paint(start.rstrip(), colour) + lines[0][len(start.rstrip()) :]
            yield from lines[1:]

    def _head(self, report: Report) -> Iterator[str]:
        target = report.target
        python = report.facts.packages.value.python_release
        what = target.executable or "a report"
        known = [f"Python {python}"] if python else []
        known += [f"from {target.found_via}"] if target.found_via else []
        if known:
            what += f" ({', '.join(known)})"
        separator = " · " if self.view.has_unicode else " - "
        head = f"gpucheck {RELEASE}", f"tables of {report.tables_date}", f"inspecting {what}"
        yield from self._wrapped(separator.join(head), "", "  ")

    def _category(self, category: Category) -> Iterator[str]:
        sign, plain, colour = MARKS[category.mark]
        mark = self._paint(sign if self.view.has_unicode else plain.ljust(4), colour)
        gap = " " * (3 if self.view.has_unicode else 4)
        label = visible(category.title).ljust(LABEL_WIDTH)
        indent = f"{gap} {' ' * LABEL_WIDTH}"
        wrapped = list(self._wrapped(category.text, indent, indent))
        yield f"{mark} {self._paint(label, BOLD)}{wrapped[0][len(indent) :]}"
        yield from wrapped[1:]

    def _figures(self, device: DeviceFigures) -> Iterator[str]:
        """Lay out what was checked, then the figures in columns, test by test."""
        yield self._paint(self._plain(device.title), BOLD)
        for check in device.checks:
            if results := results_text(check):
                yield from self._wrapped(f"{check.test}: {results}", "  ", "    ")
            if seen := seen_text(check):
                yield from self._wrapped(f"{check.test}, seen by NVML: {seen}", "  ", "    ")
        if device.figures:
            yield from self._rows(device)
        if device.roofline:
            yield ""
            yield from chart(device.roofline, has_unicode=self.view.has_unicode)

    def _rows(self, device: DeviceFigures) -> Iterator[str]:
        rows = [
            (each.test, each.what, value_text(each), share_text(each) + " WRONG" * each.is_wrong)
            for each in device.figures
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        last = None
        for test, what, value, share in rows:
            name = test if test != last else ""
            cells = f"{name:{widths[0]}}  {what:{widths[1]}}  {value:>{widths[2]}}  {share}"
            yield f"  {self._plain(cells).rstrip()}"
            last = test

    def _plain(self, text: str) -> str:
        shown = unobeyed(visible(text))
        return shown if self.view.has_unicode else shown.translate(PLAIN)

    def _finding(self, finding: Finding) -> Iterator[str]:
        yield from self._headline(finding)
        indent = "  "
        for seen in finding.evidence:
            yield from self._labelled("seen", seen, indent)
        yield from self._fix(finding, indent)
        yield from self._labelled("more", f"gpucheck explain {finding.rule}", indent)
        for following in finding.consequences:
            yield from self._labelled("then", f"{following.message} ({following.rule})", indent)

    def _note(self, note: Finding, report: Report) -> Iterator[str]:
        if self.view.is_verbose:
            yield from self._finding(note)
            return
        yield from self._headline(note)
        if report.is_open and note.subject == "gpucheck":  # then what is missing comes next
            yield from self._fix(note, "  ")

    def _fix(self, finding: Finding, indent: str) -> Iterator[str]:
        if finding.remedy:
            yield from self._labelled("fix", finding.remedy.text, indent)
            for command in finding.remedy.commands:
                # Commands are not wrapped: they are there to be copied.
                yield f"{indent}       {self._paint(unobeyed(visible(command)), BOLD)}"

    def _headline(self, finding: Finding) -> Iterator[str]:
        sign, plain, colour = SIGNS[finding.severity]
        start = f"{sign if self.view.has_unicode else plain} {finding.rule}  "
        for line in self._wrapped(finding.message, start, "  "):
            yield self._paint(line, colour)

    def _labelled(self, label: str, text: str, indent: str) -> Iterator[str]:
        start = f"{indent}{label.ljust(5)}  "
        lines = list(self._wrapped(text, start, " " * len(start)))
        yield indent + self._paint(label.ljust(5), DIM) + lines[0][len(indent) + 5 :]
        yield from lines[1:]

    def _skipped(self, report: Report) -> Iterator[str]:
        yield ""
        yield "Not judged:"
        by_reason: dict[str, list[str]] = {}
        for skipped in report.skipped:
            by_reason.setdefault(skipped.reason, []).append(skipped.rule)
        for reason, rules in by_reason.items():
            yield from self._wrapped(
                f"{reason.replace('_', ' ')}: {', '.join(rules)}", "  ", "    "
            )

    def _ignored(self, report: Report) -> Iterator[str]:
        if report.ignored:
            yield ""
            yield "Ignored:"
        for each in report.ignored:
            words = f"{each.finding.rule}  {each.finding.message} ({each.reason})"
            yield from self._wrapped(words, "  ", "    ")

    def _close(self, report: Report) -> Iterator[str]:
        counts = [number_of(report.count(severity), severity) for severity in SEVERITIES]
        hint = "" if self.view.is_verbose else " (-v shows their evidence)"
        count = ", ".join(counts) + (hint if report.count("note") else "")
        if report.skipped:
            count += f", {number_of(len(report.skipped), 'judgement')} not made"
        if report.ignored:
            count += f", {len(report.ignored)} ignored"
        elapsed_s = report.facts.elapsed_s
        if elapsed_s is not None:
            count += f" · {elapsed_s:.1f} s"
        if report.is_open:
            yield from self._wrapped(TOO_LITTLE_KNOWN, "", "")
        for line in self._wrapped(count, "", "  "):
            yield self._paint(line, BOLD)

    def _wrapped(self, text: str, first: str, rest: str) -> Iterator[str]:
        width = max(MIN_WIDTH, min(MAX_WIDTH, self.view.width))
        shown = visible(text)
        lines = textwrap.wrap(
            shown if self.view.has_unicode else shown.translate(PLAIN),
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from map(unobeyed, lines or [first])

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.view.has_colour else text


RENDERER = Renderer(render)
