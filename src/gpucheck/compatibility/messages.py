"""Recognise what programs and the kernel print, and look up error codes.

In: one line of text, or a code, and the tables. Out: rows of the tables, or that they have none.
Lines come from anywhere, so only their first `LONGEST_LINE` characters are searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, TypeVar

import msgspec

from gpucheck.facts import Facts, SeenMessage
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.errors import (
    CudaErrorRow,
    ErrorMessageRow,
    KernelLogPatternRow,
    NvmlErrorRow,
)

PatternRowT = TypeVar("PatternRowT", ErrorMessageRow, KernelLogPatternRow)

LONGEST_EVIDENCE = 300
LONGEST_LINE = 4000
"""Characters of a line that are searched; what tells one message from another stands in front."""


def messages_in(line: str, tables: Tables) -> tuple[ErrorMessageRow, ...]:
    """Return the messages that a line holds: first those that prove a cause, then by rule."""
    found = _found(line, tables.error_messages.rows)
    return tuple(sorted(found, key=lambda row: row.certainty != "proves"))


def kernel_messages_in(line: str, tables: Tables) -> tuple[KernelLogPatternRow, ...]:
    """Return what a line of the kernel's log shows, sorted by cause."""
    return tuple(_found(line, tables.kernel_log_patterns.rows))


def _found(line: str, rows: tuple[PatternRowT, ...]) -> list[PatternRowT]:
    text = line[:LONGEST_LINE]
    lower = text.lower()
    likely = (row for row in rows if any(part in lower for part in row.contains))
    return [row for row in likely if _compiled(row.pattern).search(text)]


class Said(msgspec.Struct, frozen=True):
    """A line that speaks for a rule."""

    rule: str
    cause: str
    line: SeenMessage
    certainty: Literal["proves", "suggests"]
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
    said: dict[tuple[str, str], Said] = {}
    for line in facts.lines:
        for found_here in _said_in(line, tables, is_live=facts.origin == "live"):
            said.setdefault((found_here.rule, line.text), found_here)
    everything = tuple(sorted(said.values(), key=lambda each: each.certainty != "proves"))
    _remembered[:] = [(facts, tables, everything)]
    return everything


def _said_in(line: SeenMessage, tables: Tables, *, is_live: bool) -> Iterator[Said]:
    messages = tables.error_messages
    for row in messages_in(line.text, tables):
        source = messages.source_of(row)
        yield Said(row.rule, row.cause, line, row.certainty, row.meaning, source)
    for found in kernel_messages_in(line.text, tables):
        # A log is as old as the machine's start: what it tells may be over, while others see more.
        certainty: Literal["proves", "suggests"] = "suggests" if is_live else "proves"
        source = tables.kernel_log_patterns.source_of(found)
        yield Said(found.rule, found.cause, line, certainty, found.meaning, source)


def cuda_error(code: int, tables: Tables) -> Known[CudaErrorRow] | NotInTable:
    """Return what a code of the CUDA driver or runtime means."""
    return tables.cuda_errors.find(f"CUDA error {code}", lambda row: row.code == code)


def nvml_error(code: int, tables: Tables) -> Known[NvmlErrorRow] | NotInTable:
    """Return what a return code of NVML means."""
    return tables.nvml_errors.find(f"NVML error {code}", lambda row: row.code == code)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # The cache of `re` itself is smaller than the tables.
    return re.compile(pattern)
