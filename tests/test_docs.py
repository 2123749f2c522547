"""Generated documents say what the code says."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from gpucheck.cli.tables_page import tables_page
from gpucheck.facts import json_schema
from gpucheck.policy import MEANINGS
from gpucheck.reading import all_readers
from gpucheck.requirements import parse_requirement
from gpucheck.tables import Tables
from rule_pages import all_pages

ROOT = Path(__file__).parents[1]


def test_rule_pages_are_up_to_date() -> None:
    """Every rule has its page, and no page is left over (GPUCHECK_UPDATE_DOCS=1 writes them)."""
    folder = ROOT / "docs/rules"
    expected = all_pages()
    if os.environ.get("GPUCHECK_UPDATE_DOCS"):
        for path in folder.glob("*.md"):
            path.unlink()
        for name, text in expected.items():
            (folder / name).write_text(text, "utf-8")
    assert {path.name: path.read_text("utf-8") for path in folder.glob("*.md")} == expected


def test_schema_is_up_to_date() -> None:
    """The published schema is that of the records (`gpucheck facts --schema -o …`)."""
    written = (ROOT / "docs/facts.schema.json").read_text("utf-8")
    assert written == json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"


def test_page_of_tables_is_up_to_date() -> None:
    """Every table is listed with its sources (`gpucheck tables list --format markdown -o …`)."""
    written = (ROOT / "docs/tables.md").read_text("utf-8")
    assert written == tables_page(Tables())


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_exit_codes_are_those_of_the_policy(page: str) -> None:
    """Each page that lists them has every code with its meaning, and no other."""
    text = (ROOT / page).read_text("utf-8").replace("`", "")
    rows = re.findall(r"(?m)^\| (\d+) \| (.*) \|$", text)
    assert rows == [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]


def test_page_about_reports_lists_every_reader() -> None:
    """What can be read is listed, and nothing else is."""
    page = (ROOT / "docs/reports.md").read_text("utf-8")
    listed = {line.removeprefix("- ") for line in page.splitlines() if line.startswith("- ")}
    assert {reader.reads for reader in all_readers()} <= listed


def test_what_is_said_to_be_a_requirement_is_one() -> None:
    """Every sample in docs/ci.md can be read."""
    text = (ROOT / "docs/ci.md").read_text("utf-8").replace("\\|", "|")
    table = text.partition("is met when")[2].partition("Signs are")[0]
    samples = [part for row in table.splitlines() for part in re.findall(r"`([^`]+)`", row[:60])]
    assert len(samples) > 8
    for sample in samples:
        parse_requirement(sample)
