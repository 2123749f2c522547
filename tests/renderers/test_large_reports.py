"""A report of ten thousand findings: nothing is lost, or what is left out is said."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from gpucheck.diagnose import pages
from gpucheck.findings import Finding, Remedy
from gpucheck.renderers import View, renderer, renderer_names
from make import facts, report

COUNT = 10_000
FINDINGS = tuple(
    Finding(
        rule="GPU303",
        cause="gpu-arch-not-in-wheel",
        severity="error",
        subject=f"framework/torch{number}",
        message=f"message {number:05d}",
        evidence=(f"seen {number:05d}",),
        remedy=Remedy("Mend it.", (f"command {number:05d}",)),
        url="https://example.org",
    )
    for number in range(COUNT)
)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Return the report in every format."""
    large = msgspec.structs.replace(report(facts(torch="2.6.0+cpu")), findings=FINDINGS)
    view = View(exit_codes=(1,), exit_code=1, rules=pages())
    return {name: renderer(name).render([large], view) for name in renderer_names()}


@pytest.mark.parametrize("format_", renderer_names())
def test_every_finding_is_there(texts: dict[str, str], format_: str) -> None:
    """Each with its words."""
    for word in ("message", "seen"):
        found = set(re.findall(rf"{word} (\d{{5}})", texts[format_]))
        assert len(found) == COUNT


def test_entries_of_the_formats_for_programs(texts: dict[str, str]) -> None:
    """Each finding is an entry; those of a rule share its test case in JUnit."""
    assert len(json.loads(texts["json"])["findings"]) == COUNT
    assert len(json.loads(texts["gitlab"])) == COUNT
    assert len({issue["fingerprint"] for issue in json.loads(texts["gitlab"])}) == COUNT
    (run,) = json.loads(texts["sarif"])["runs"]
    assert len(run["results"]) == COUNT
    (suite,) = ET.fromstring(texts["junit"]).iter("testsuite")
    assert (suite.get("failures"), suite.get("tests")) == ("1", str(len(pages())))
    assert len(texts["github"].splitlines()) == COUNT
