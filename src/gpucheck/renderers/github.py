"""The report as annotations of a GitHub workflow: one line a finding.

    ::error title=GPU303 gpu-arch-not-in-wheel::This build of PyTorch has no code for …

Values are escaped as GitHub's own toolkit does it (actions/toolkit, packages/core/src/command.ts,
2026-11): %, CR and LF in messages, in properties also the colon and the comma.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gpucheck.findings import TOO_LITTLE_KNOWN, Finding, Report, Severity
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import unobeyed, visible

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(reports: Sequence[Report], view: View) -> str:
    """Return a workflow command for each finding, and a line that says so where there is none."""
    lines = [line for report in reports for line in _lines(report, view, len(reports) > 1)]
    return "".join(f"{line}\n" for line in lines or ["gpucheck found nothing"])


def _lines(report: Report, view: View, is_one_of_several: bool) -> Iterator[str]:  # noqa: FBT001
    where = [f"in {report.target.executable or 'a report'}"] if is_one_of_several else []
    for finding in report.findings:
        title = f"{finding.rule} {finding.cause}"
        yield _command(COMMANDS[finding.severity], title, [*_parts(finding), *where])
    if report.is_open:
        reasons = dict.fromkeys(f"not judged: {skipped.reason}" for skipped in report.skipped)
        command = "error" if view.counted else "notice"
        yield _command(command, "gpucheck", [TOO_LITTLE_KNOWN, *reasons, *where])


def _parts(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield from (f"seen: {each}" for each in finding.evidence)
    yield from (f"then: {each.message}" for each in finding.consequences)
    if finding.remedy:
        yield f"fix: {finding.remedy.text}"
        yield from finding.remedy.commands


def _command(command: str, title: str, parts: Sequence[str]) -> str:
    text = "%0A".join(_escaped(unobeyed(visible(part))) for part in parts)
    shown = _escaped(visible(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::{command} title={shown}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


RENDERER = Renderer(render)
