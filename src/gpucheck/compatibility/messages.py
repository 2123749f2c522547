"""Recognise what programs and the kernel print, and look up error codes.

In: one line of text, or a code, and the tables. Out: rows of the tables, or that they have none.
Lines come from anywhere, so only their first `LONGEST_LINE` characters are searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from gpucheck.compatibility.matching_lines import Lines, PatternRowT
from gpucheck.facts import SMOKE_TEST, Facts, SeenMessage
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.errors import (
    CudaErrorRow,
    ErrorMessageRow,
    KernelLogPatternRow,
    NvmlErrorRow,
)

Certainty = Literal["proves", "likely", "suggests"]
CERTAINTIES: tuple[Certainty, ...] = ("proves", "likely", "suggests")
LONGEST_EVIDENCE = 300
LONGEST_LINE = 4000
"""Characters of a line that are searched; what tells one message from another stands in front."""


def messages_in(line: str, tables: Tables) -> tuple[ErrorMessageRow, ...]:
    """Return the messages that a line holds: first those that prove a cause, then by rule."""
    found = _found(line, tables.error_messages.rows)
    return tuple(sorted(found, key=lambda row: CERTAINTIES.index(row.certainty)))


def kernel_messages_in(line: str, tables: Tables) -> tuple[KernelLogPatternRow, ...]:
    """Return what a line of the kernel's log shows, sorted by cause."""
    return tuple(_found(line, tables.kernel_log_patterns.rows))


def _found(line: str, rows: tuple[PatternRowT, ...]) -> list[PatternRowT]:
    lines = Lines((line[:LONGEST_LINE],), may_be_wrapped=False)
    return [row for row, _, _ in lines.matching(rows)]


class Said(msgspec.Struct, frozen=True):
    """A line that speaks for a rule."""

    rule: str
    cause: str
    line: SeenMessage
    certainty: Certainty
    meaning: str
    source: str

    @property
    def evidence(self) -> str:
        """The line as evidence of a finding."""
        return f"{self.line.where}: {self.line.text[:LONGEST_EVIDENCE]}"


_remembered: list[tuple[Facts, Tables, tuple[Said, ...]]] = []
"""What the last facts say: a hundred rules ask for the same, one after the other."""


def said_for(rule: str, facts: Facts, tables: Tables) -> tuple[Said, ...]:
    """Return the lines in the facts that speak for a rule, those that prove it first."""
    return tuple(said for said in everything_said(facts, tables) if said.rule == rule)


def everything_said(facts: Facts, tables: Tables) -> tuple[Said, ...]:
    """Return every line in the facts that speaks for some rule, each once for a rule."""
    for known_facts, known_tables, found in _remembered:
        if known_facts is facts and known_tables is tables:
            return found
    found_here = _said_in(tuple(facts.lines), tables, is_live=facts.origin == "live")
    said: dict[tuple[str, str], Said] = {}
    for each in sorted(found_here, key=lambda each: CERTAINTIES.index(each.certainty)):
        said.setdefault((each.rule, each.line.text), each)
    everything = tuple(said.values())
    _remembered[:] = [(facts, tables, everything)]
    return everything


def _said_in(lines: tuple[SeenMessage, ...], tables: Tables, *, is_live: bool) -> Iterator[Said]:
    # Programs wrap what they print, and terminals again; the lines of a live probe are whole.
    found = Lines(tuple(line.text[:LONGEST_LINE] for line in lines), may_be_wrapped=not is_live)
    messages, kernel = tables.error_messages, tables.kernel_log_patterns
    for row, place, text in found.matching(messages.rows):
        line = msgspec.structs.replace(lines[place], text=text)
        # What is only likely in somebody's text is certain where a test has just met it.
        is_met = row.certainty == "likely" and line.where.startswith(SMOKE_TEST)
        sure: Certainty = "proves" if is_met else row.certainty
        yield Said(row.rule, row.cause, line, sure, row.meaning, messages.source_of(row))
    # A log is as old as the machine's start: what it tells may be over, while others see more.
    certainty: Certainty = "suggests" if is_live else "proves"
    for logged, place, text in found.matching(kernel.rows):
        line = msgspec.structs.replace(lines[place], text=text)
        source = kernel.source_of(logged)
        yield Said(logged.rule, logged.cause, line, certainty, logged.meaning, source)


def cuda_error(code: int, tables: Tables) -> Known[CudaErrorRow] | NotInTable:
    """Return what a code of the CUDA driver or runtime means."""
    return tables.cuda_errors.find(f"CUDA error {code}", lambda row: row.code == code)


def nvml_error(code: int, tables: Tables) -> Known[NvmlErrorRow] | NotInTable:
    """Return what a return code of NVML means."""
    return tables.nvml_errors.find(f"NVML error {code}", lambda row: row.code == code)
