"""The report as annotations of a GitHub workflow: one line a finding.

    ::error title=GPU303 gpu-arch-not-in-wheel::This build of PyTorch has no code for …

Values are escaped as GitHub's own toolkit does it (actions/toolkit, packages/core/src/command.ts,
2026-11): %, CR and LF in messages, in properties also the colon and the comma.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gpucheck.findings import Finding, Report, Severity
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import unobeyed, visible

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(reports: Sequence[Report], _view: View) -> str:
    """Return a workflow command for each finding, and a line that says so where there is none."""
    lines = [line for report in reports for finding in report.findings for line in _lines(finding)]
    return "".join(f"{line}\n" for line in lines or ["gpucheck found nothing"])


def _lines(finding: Finding) -> Iterator[str]:
    parts = [finding.message, *(f"seen: {each}" for each in finding.evidence)]
    parts += [f"then: {each.message}" for each in finding.consequences]
    if finding.remedy:
        parts += [f"fix: {finding.remedy.text}", *finding.remedy.commands]
    text = "%0A".join(_escaped(unobeyed(visible(part))) for part in parts)
    title = _escaped(f"{finding.rule} {finding.cause}").replace(":", "%3A").replace(",", "%2C")
    yield f"::{COMMANDS[finding.severity]} title={title}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


RENDERER = Renderer(render)
