"""GPU902: the tables are old."""

import msgspec
import pytest

from gpucheck.release import TABLES_DATE
from make import facts, found, report


@pytest.mark.parametrize("day", ["2031-01-01T10:00:00Z", "2031-01-01"])
def test_notes_tables_older_than_half_a_year(day: str) -> None:
    """It counts from the day of the facts, not from today's."""
    findings = report(msgspec.structs.replace(facts(), collected_at=day)).findings
    (finding,) = (finding for finding in findings if finding.rule == "GPU902")
    assert finding.severity == "note"
    assert finding.remedy is not None
    assert "gpucheck tables update" in finding.remedy.commands


@pytest.mark.parametrize("day", [TABLES_DATE, "2020-01-01T00:00:00Z", "yesterday", None])
def test_silent_on_newer_older_and_unknown_days(day: str | None) -> None:
    """Facts of the same day, facts older than the tables, and a date that is none."""
    assert "GPU902" not in found(msgspec.structs.replace(facts(), collected_at=day))
