"""Ask the shipped tables, and read what they answer."""

from __future__ import annotations

from functools import cache

from gpucheck.answers import Answer
from gpucheck.queries import query
from gpucheck.tables import Tables


@cache
def tables() -> Tables:
    """Return the tables that come with gpucheck."""
    return Tables()


def ask(question: str) -> Answer:
    """Ask as on the command line, a subject and a value: "torch 2.9.1"."""
    subject, _, value = question.partition(" ")
    entry = query(subject)
    assert entry, f"nothing answers to {subject}"
    return entry.ask(subject, value, tables())


def said(question: str) -> dict[str, tuple[str, ...]]:
    """Return the values by topic; those of a topic that is stated several times in one row."""
    found: dict[str, tuple[str, ...]] = {}
    for stated in ask(question).stated:
        found[stated.topic] = found.get(stated.topic, ()) + stated.values
    assert found, f"the tables know nothing of {question}"
    return found
