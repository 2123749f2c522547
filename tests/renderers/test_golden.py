"""One report in every format, word for word. The screens of more machines are with the text.

`GPUCHECK_UPDATE_GOLDEN=1 pytest tests/renderers/test_golden.py` writes the golden files anew.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import msgspec
import pytest

from gpucheck.diagnose import pages
from gpucheck.figures import figures_of
from gpucheck.findings import Report
from gpucheck.renderers import View, renderer, renderer_names
from gpucheck.selection import selected
from gpucheck.settings import Settings
from gpucheck.tables import Tables
from make import facts, framework, report, smoked, with_smoke

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
UPDATE = "GPUCHECK_UPDATE_GOLDEN"
NAMES = {
    "github": "report.github",
    "gitlab": "report.gitlab.json",
    "html": "report.html",
    "json": "report.json",
    "junit": "report.junit.xml",
    "markdown": "report.md",
    "sarif": "report.sarif",
}
RULES = ("GPU117", "GPU126", "GPU301", "GPU302", "GPU324", "GPU401")
"""Those whose pages are in the golden files: all would be pages long."""


def whole_report() -> Report:
    """Return a report with a cause, what follows from it, something ignored, and figures."""
    blind = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
    machine = facts(driver="470.223.02", gpus=["RTX 4090"], frameworks=[blind], torch="2.6.0+cpu")
    told = with_smoke(machine, cuda_driver=smoked("cuda_driver"))
    found = selected(report(told), Settings(ignore={"GPU302": "the login node computes nothing"}))
    return msgspec.structs.replace(found, tables_date="YYYY-MM-DD")


def rendered(format_: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the report in a format; release and date of the tables left out."""
    module = importlib.import_module(f"gpucheck.renderers.{format_}")
    if hasattr(module, "RELEASE"):
        monkeypatch.setattr(module, "RELEASE", "N.N.N")
    shown = whole_report()
    view = View(
        exit_codes=(1,),
        exit_code=1,
        rules=tuple(page for page in pages() if page.rule.id in RULES),
        figures=(figures_of(shown.facts, Tables()),),
    )
    return renderer(format_).render([shown], view)


@pytest.mark.parametrize("format_", NAMES)
def test_golden(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there now is what was looked at and found good."""
    text = rendered(format_, monkeypatch)
    file = GOLDEN / NAMES[format_]
    if os.environ.get(UPDATE) == "1":
        file.write_text(text, "utf-8", newline="\n")
    assert text == file.read_bytes().decode("utf-8"), f"{UPDATE}=1 accepts the new text"


def test_every_format_has_a_golden_file() -> None:
    """And no file is left over."""
    assert {*NAMES, "text"} == {*renderer_names()}
    kept = {path.name for path in GOLDEN.iterdir() if path.name.startswith("report")}
    assert kept == {*NAMES.values()}
