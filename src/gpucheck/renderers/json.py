"""The report for programs. Its form is versioned; the facts in it are the snapshot's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gpucheck import versions
from gpucheck.findings import REPORT_SCHEMA_VERSION, Report
from gpucheck.release import RELEASE
from gpucheck.renderers import Renderer, View
from gpucheck.visible_text import ascii_json


def render(reports: Sequence[Report], view: View) -> str:
    """Return one report as an object; a list of them as `{"reports": [...], "exit_code": n}`."""
    shown = [_as_object(r, code) for r, code in zip(reports, view.exit_codes, strict=True)]
    whole = {"reports": shown, "exit_code": view.exit_code} if view.is_list else shown[0]
    encoded = msgspec.json.encode(whole, enc_hook=versions.encode)
    return ascii_json(msgspec.json.format(encoded, indent=1).decode()) + "\n"


def _as_object(report: Report, exit_code: int) -> dict[str, Any]:
    return {
        "schema_version": REPORT_SCHEMA_VERSION,
        "gpucheck": {"release": RELEASE, "tables_date": report.tables_date},
        "target": report.target,
        "facts": report.facts,
        "findings": report.findings,
        "skipped": report.skipped,
        "ignored": report.ignored,
        "exit_code": exit_code,
    }


RENDERER = Renderer(render)
