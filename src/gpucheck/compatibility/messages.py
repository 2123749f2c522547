"""Recognise what programs and the kernel print, and look up error codes.

In: one line of text, or a code, and the tables. Out: rows of the tables, or that they have none.
Lines come from anywhere, so only their first `LONGEST_LINE` characters are searched.
"""

from __future__ import annotations

import re
from functools import cache

from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.errors import (
    CudaErrorRow,
    ErrorMessageRow,
    KernelLogPatternRow,
    NvmlErrorRow,
)

LONGEST_LINE = 4000
"""Characters of a line that are searched; what tells one message from another stands in front."""


def messages_in(line: str, tables: Tables) -> tuple[ErrorMessageRow, ...]:
    """Return the messages that a line holds: first those that prove a cause, then by rule."""
    text = line[:LONGEST_LINE]
    found = [row for row in tables.error_messages.rows if _compiled(row.pattern).search(text)]
    return tuple(sorted(found, key=lambda row: row.certainty != "proves"))


def kernel_messages_in(line: str, tables: Tables) -> tuple[KernelLogPatternRow, ...]:
    """Return what a line of the kernel's log shows, sorted by cause."""
    text = line[:LONGEST_LINE]
    rows = tables.kernel_log_patterns.rows
    return tuple(row for row in rows if _compiled(row.pattern).search(text))


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
