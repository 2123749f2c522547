"""The report for programs: its keys are documented and stay."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucheck.facts import Facts, ImportFailure, from_json
from gpucheck.findings import REPORT_SCHEMA_VERSION
from gpucheck.release import RELEASE, TABLES_DATE
from gpucheck.renderers import View, renderer
from make import facts, framework, gpu, report, torch

BLIND = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
MACHINES = {
    "healthy": facts(torch="2.9.1+cu128"),
    "driver too old": facts(driver="470.223.02", frameworks=[BLIND], torch="2.6.0+cu124"),
    "no GPU": facts(gpus=[], torch="2.6.0+cpu"),
    "skipped rules": facts(outcomes={"driver": "timed_out"}),
}
every_machine = pytest.mark.parametrize("snapshot", MACHINES.values(), ids=list(MACHINES))


def rendered(*snapshots: Facts, codes: tuple[int, ...] = (0,), code: int = 0) -> str:
    """Return the JSON text of the snapshots' reports."""
    view = View(exit_codes=codes, exit_code=code, is_list=len(snapshots) > 1)
    return renderer("json").render([report(each) for each in snapshots], view)


def decoded(snapshot: Facts, code: int = 0) -> dict[str, Any]:
    """Return the report of one snapshot as a program reads it."""
    tree: dict[str, Any] = json.loads(rendered(snapshot, codes=(code,), code=code))
    return tree


@every_machine
def test_keys_of_a_report(snapshot: Facts) -> None:
    """These keys, in this order."""
    expected = "schema_version gpucheck target facts findings skipped ignored exit_code"
    assert list(decoded(snapshot)) == expected.split()


@every_machine
def test_keys_of_a_finding(snapshot: Facts) -> None:
    """Every finding, also one under a cause, has the same keys; what is unknown is null."""
    expected = "rule cause severity subject message evidence remedy url consequences"
    waiting = list(decoded(snapshot)["findings"])
    while waiting:
        finding = waiting.pop()
        waiting += finding["consequences"]
        assert sorted(finding) == sorted(expected.split())
        assert finding["remedy"] is None or sorted(finding["remedy"]) == ["commands", "text"]


def test_values_of_a_finding() -> None:
    """What the driver-too-old machine says, with its consequence inside."""
    found = decoded(MACHINES["driver too old"])["findings"]
    (finding,) = [f for f in found if f["subject"] == "framework/tensorflow"]
    assert (finding["rule"], finding["cause"]) == ("GPU301", "driver-too-old")
    assert (finding["severity"], len(finding["evidence"])) == ("error", 3)
    assert finding["remedy"]["commands"] == ["sudo ubuntu-drivers install", "sudo reboot"]
    assert finding["url"].startswith("https://")
    assert [below["rule"] for below in finding["consequences"]] == ["GPU324", "GPU201"]


def test_head() -> None:
    """The form of the report and what made it."""
    seen = decoded(MACHINES["healthy"], code=4)
    assert seen["schema_version"] == REPORT_SCHEMA_VERSION
    assert seen["gpucheck"] == {"release": RELEASE, "tables_date": TABLES_DATE}
    assert seen["target"]["executable"] == "/env/bin/python"
    assert seen["exit_code"] == 4


def test_skipped_judgements_are_there() -> None:
    """A program sees which rule could not judge, about what, and why."""
    skipped = decoded(MACHINES["skipped rules"])["skipped"]
    assert {"rule": "GPU301", "subject": "machine", "reason": "driver: timed_out"} in skipped


def test_a_list_of_one() -> None:
    """Where environments were asked for, also a single one comes in a list."""
    view = View(exit_codes=(0,), exit_code=0, is_list=True)
    text = renderer("json").render([report(MACHINES["healthy"])], view)
    assert len(json.loads(text)["reports"]) == 1


@every_machine
def test_facts_inside_are_a_snapshot(snapshot: Facts) -> None:
    """The facts of a report can be judged again."""
    inside = json.dumps(decoded(snapshot)["facts"]).encode()
    assert from_json(inside) == snapshot


def test_several_reports() -> None:
    """Several are a list with an exit code each, and one of the whole."""
    text = rendered(MACHINES["healthy"], MACHINES["driver too old"], codes=(0, 1), code=1)
    seen = json.loads(text)
    assert list(seen) == ["reports", "exit_code"]
    assert [each["exit_code"] for each in seen["reports"]] == [0, 1]
    assert seen["exit_code"] == 1
    assert seen["reports"][0] == decoded(MACHINES["healthy"])


@every_machine
def test_text_is_readable(snapshot: Facts) -> None:
    """Indented, with a newline at the end and nothing twice."""
    text = rendered(snapshot)
    assert text.startswith("{\n ")
    assert text.endswith("\n}\n")
    json.loads(text, object_pairs_hook=assert_no_key_twice)


def assert_no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, and check that each of its keys stands there once."""
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


@given(words=st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_from_outside_is_escaped_and_kept(words: str) -> None:
    """Names and messages decode to what they were, and nothing in the text steers a terminal."""
    card = msgspec.structs.replace(gpu("RTX 5090"), name=words)
    failure = ImportFailure(kind="ImportError", message=words)
    here = facts(gpus=[card], torch=torch("2.6.0+cu124", import_failure=failure))
    text = rendered(here)
    steering = ("Cc", "Cf", "Cs", "Zl", "Zp")
    assert not [c for c in text if c != "\n" and unicodedata.category(c) in steering]
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    inside = json.loads(text)["facts"]
    assert inside["driver"]["value"]["gpus"][0]["name"] == words
    assert inside["frameworks"]["torch"]["value"]["import_failure"]["message"] == words
