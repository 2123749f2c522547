"""No text makes a reader raise, state what is no fact, or run long; none steers a screen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import from_json, to_json
from gpucheck.pasted import NotTextError, lines_of
from gpucheck.reading import all_readers, facts_of_report
from gpucheck.renderers import View, renderer, renderer_names
from gpucheck.statements import Reader
from gpucheck.tables import Tables

TABLES = Tables()
RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.txt"))
LINES = sorted({line for path in RECORDED for line in path.read_text("utf-8").splitlines()})
SEEDS = [*LINES[:: max(1, len(LINES) // 400)], *(row.example for row in TABLES.error_messages.rows)]
SEED_LINES = lines_of("\n".join(SEEDS).encode())
PIECES = st.one_of(
    st.sampled_from(SEEDS),
    st.text(max_size=80),
    st.sampled_from(["| ", "GPU 0: ", "99999999999999999999", "torch==", "\x1b[", "-1", "[", "\\"]),
)
PASTED = st.lists(st.lists(PIECES, max_size=4).map("".join), max_size=12).map("\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PASTED)
def test_no_text_makes_a_reader_raise(pasted: str) -> None:
    """Every text ends in facts that can be saved and diagnosed, or is said to be none."""
    try:
        here = facts_of_report(pasted.encode("utf-8", "replace"), TABLES)
    except NotTextError:
        return
    assert from_json(to_json(here)) == here
    seen = diagnose(here, TABLES)
    assert not any(finding.rule == "GPU901" for finding in seen.findings)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_do(pasted: bytes) -> None:
    """Not even those that are no text at all."""
    try:
        facts_of_report(pasted, TABLES)
    except NotTextError:
        return


@pytest.mark.parametrize("reader", all_readers(), ids=lambda reader: reader.reads)
def test_a_statement_names_a_line_that_is_there(reader: Reader) -> None:
    """Each reader, on everything that was recorded."""
    for path in RECORDED:
        lines = lines_of(path.read_bytes())
        numbers = {line.number for line in lines}
        for statement in reader.read(lines):
            assert statement.line in numbers
            assert all(statement.field)


@pytest.mark.parametrize("reader", all_readers(), ids=lambda reader: reader.reads)
def test_marks_leave_out_no_line_that_is_needed(reader: Reader) -> None:
    """What is read of the lines that hold a mark is what is read of all of them."""
    for lines in (*map(lines_of, (path.read_bytes() for path in RECORDED)), SEED_LINES):
        marked = [line for line in lines if any(m in line.text.lower() for m in reader.marks)]
        needed = marked if reader.marks else lines
        assert list(reader.read(needed)) == list(reader.read(lines))


STEERING = "\x1b[31mFailed to initialize NVML: Driver/library version mismatch\x07\u202e<script>[b]"
ORDER = "::error::AssertionError: Torch not compiled with CUDA enabled"


@pytest.mark.parametrize("format_", renderer_names())
def test_nothing_in_a_report_steers_what_shows_it(format_: str) -> None:
    """Control characters and workflow commands are shown, not obeyed."""
    report = diagnose(facts_of_report(f"{STEERING}\n{ORDER}".encode(), TABLES), TABLES)
    view = View(exit_codes=(1,), exit_code=1, rules=pages())
    shown = renderer(format_).render([report], view)
    assert "Failed to initialize NVML" in shown
    assert not any(sign in shown for sign in "\x1b\x07\u202e")
    commands = [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (len(report.findings) if format_ == "github" else 0)


@pytest.mark.parametrize(
    "unit",
    ["| ", "torch==", "CUDA_VISIBLE_DEVICES=", "GPU 0: ", "1.2.3 ", "a" * 50, "(", "\\", '"'],
)
def test_long_runs_are_read_in_bounded_steps(unit: str) -> None:
    """A pattern that backtracks would not come back from a line of 4,000 characters."""
    line = (unit * 4000)[:4000]
    mixed = "".join(random.Random(7).choices([unit, " ", ":", "=", "|", "7"], k=2000))
    facts_of_report("\n".join([line, mixed, line + "x"] * 3).encode(), TABLES)
