"""The report as one HTML file, which works offline: overview, findings, figures, all facts.

jinja2 escapes everything that is put in; the file has no script, loads nothing, follows the
system's dark mode, and folds with the browser's own <details>, so that the keyboard does.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gpucheck import versions
from gpucheck.categories import Mark, categories
from gpucheck.figure_words import results_text, seen_text, share_text, value_text
from gpucheck.findings import SEVERITIES, TOO_LITTLE_KNOWN, Report, Severity
from gpucheck.release import RELEASE
from gpucheck.renderers import Renderer, View
from gpucheck.roofline_chart import chart
from gpucheck.visible_text import visible

TEMPLATE = "report.html.j2"
MARKS: dict[Mark, tuple[str, str]] = {
    "good": ("✓", "good"),
    "warning": ("!", "warning"),
    "error": ("✗", "error"),
    "unknown": ("?", "unknown"),
    "none": ("–", "nothing to judge"),
}
"""A category's sign, and its meaning for those who cannot see it."""
FEW_FIELDS = 6
MOST_ROWS = 5000
"""Facts that are listed of a section; a file that nobody can open helps nobody."""


def render(reports: Sequence[Report], view: View) -> str:
    """Return one page with a section for each report."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    figures = (*view.figures, *([()] * len(reports)))
    page: str = environment.get_template(TEMPLATE).render(
        reports=[_shown(r, own) for r, own in zip(reports, figures, strict=False)],
        release=RELEASE,
        severities=SEVERITIES,
    )
    # References to what is not ASCII: the page is right in whatever encoding it is stored.
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _shown(report: Report, figures: Sequence[Any]) -> dict[str, Any]:
    python = report.facts.packages.value.python_release
    facts = msgspec.to_builtins(report.facts, enc_hook=versions.encode)
    return {
        "target": report.target.executable or "a report",
        "python": python,
        "tables_date": report.tables_date,
        "verdict": _verdict(report),
        "categories": [(*MARKS[c.mark], c.mark, c.title, c.text) for c in categories(report)],
        "findings": report.findings,
        "counts": [(report.count(severity), severity) for severity in SEVERITIES],
        "skipped": report.skipped,
        "ignored": report.ignored,
        "devices": [_device(each) for each in figures],
        "facts": [*_sections(facts)],
    }


def _verdict(report: Report) -> tuple[str, Severity | None]:
    gravest = next((each for each in report.findings if each.severity != "note"), None)
    if gravest:
        return f"{gravest.rule}: {gravest.message}", gravest.severity
    if not report.is_conclusive:
        return TOO_LITTLE_KNOWN, "warning"
    return "Nothing is wrong." if report.facts.has_nvidia_gpu else "There is no NVIDIA GPU.", None


def _device(device: Any) -> dict[str, Any]:
    rows = [
        (each.test, each.what, value_text(each), share_text(each), each.is_wrong)
        for each in device.figures
    ]
    told = ((each.test, results_text(each)) for each in device.checks)
    checks = [f"{test}: {results}" for test, results in told if results]
    seen = [f"{each.test}: {seen_text(each)}" for each in device.checks if each.seen]
    lines = list(chart(device.roofline)) if device.roofline else []
    return {"title": device.title, "rows": rows, "checks": checks + seen, "chart": lines}


def _sections(facts: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]], int]]:
    """Yield each section of the facts: its name, its rows, and how many are left out."""
    branches = {name: value for name, value in facts.items() if isinstance(value, dict)}
    for name, value in {"snapshot": _without(facts, branches), **branches}.items():
        rows = [*_rows("", value)]
        if rows:
            yield name, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS)


def _without(facts: dict[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _rows(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every fact with its place: "value.gpus[0].name"; a small record is one row."""
    if isinstance(value, dict) and not (path.endswith("]") and _is_small(value)):
        for key, inner in value.items():
            yield from _rows(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, dict):
        yield path, ", ".join(f"{key}: {inner}" for key, inner in value.items())
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _rows(f"{path}[{place}]", inner)
    else:
        yield path, str(value)


def _is_small(record: dict[str, Any]) -> bool:
    """Tell whether it holds few values and nothing deeper, as a package does."""
    is_flat = not any(isinstance(inner, dict | list | tuple) for inner in record.values())
    return is_flat and len(record) <= FEW_FIELDS


RENDERER = Renderer(render)
