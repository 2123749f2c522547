"""What may be asked of the tables: one subject a file; the folder is the list."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

from gpucheck.answers import Query


@cache
def queries() -> tuple[Query, ...]:
    """Return every entry, by the name of its file."""
    names = sorted(path.stem for path in Path(__path__[0]).glob("[!_]*.py"))
    return tuple(importlib.import_module(f"{__name__}.{name}").QUERY for name in names)


def query(subject: str) -> Query | None:
    """Return the entry that answers to a subject; None: there is none."""
    wanted = subject.lower().replace("_", "-")
    return next((entry for entry in queries() if _answers_to(entry, wanted)), None)


def _answers_to(entry: Query, subject: str) -> bool:
    packages = entry.packages and re.fullmatch(entry.packages, subject, re.ASCII)
    return subject in entry.subjects or bool(packages)
