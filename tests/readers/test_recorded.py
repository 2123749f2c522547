"""Real outputs of real tools: read as they are, quoted, coloured, cut and after other text."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucheck.diagnose import diagnose
from gpucheck.facts import Facts
from gpucheck.reading import facts_of_report
from gpucheck.tables import Tables
from readers.recorded_outputs import RECORDED

FOLDER = Path(__file__).parent / "recorded"
NAMES = sorted(RECORDED)
TABLES = Tables()


def output(name: str) -> str:
    """Return what a tool printed."""
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def read(text: str) -> Facts:
    """Return the facts of a report."""
    return facts_of_report(text.encode(), TABLES)


def stated(facts: Facts) -> dict[str, str]:
    """Return what the lines of a report state, by field."""
    return {seen.field: seen.value for seen in facts.seen_values}


def first_rule(facts: Facts) -> str | None:
    """Return the rule of the first finding that is no note."""
    findings = diagnose(facts, TABLES).findings
    return next((finding.rule for finding in findings if finding.severity != "note"), None)


def test_every_recorded_output_is_tested() -> None:
    """No file lies there unused."""
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_states_what_the_tool_printed(name: str) -> None:
    """Releases, builds and answers are those of the output."""
    assert RECORDED[name][1].items() <= stated(read(output(name))).items()


@pytest.mark.parametrize("name", NAMES)
def test_the_first_cause(name: str) -> None:
    """What went wrong when it was recorded is found, and nothing where nothing did."""
    assert first_rule(read(output(name))) == RECORDED[name][0]


@pytest.mark.parametrize("name", NAMES)
def test_layout_around_it_changes_nothing(name: str) -> None:
    """Quoted, with Windows' line ends, colours and other text around, it says the same."""
    lines = output(name).splitlines()
    coloured = "\r\n".join(f"> \x1b[31m{line}\x1b[0m" for line in lines)
    pasted = f"你好，帮我看看这个问题\r\n\r\n```console\r\n{coloured}\r\n```\r\n谢谢！\r\n"
    plain, framed = read("\n".join(lines)), read(pasted)
    assert stated(framed) == stated(plain)
    assert first_rule(framed) == first_rule(plain)


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_output_is_read_as_far_as_it_goes(name: str) -> None:
    """Half of the output states a part of the whole, and nothing else."""
    text = output(name)
    half = read(text[: len(text) // 2] or "x")
    whole = {(seen.field, seen.value) for seen in read(text).seen_values}
    cut_off = half.seen_values[-1:] if half.seen_values else ()
    told = [(s.field, s.value) for s in half.seen_values if s not in cut_off]
    known_fields = {field for field, _ in whole}
    assert {field for field, _ in told} <= known_fields
