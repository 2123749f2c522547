"""How an answer of the tables looks."""

from __future__ import annotations

import textwrap
from typing import Any

import msgspec

from gpucheck.answers import Answer
from gpucheck.tables import Tables
from gpucheck.visible_text import unobeyed, visible

WIDTH = 100
MAX_NEAR_CHARACTERS = 60


def as_text(answer: Answer) -> str:
    """Return an answer for reading: topics, values with the number of their source, sources."""
    sources = list(dict.fromkeys(stated.source for stated in answer.stated))
    indent = max(len(stated.topic) for stated in answer.stated) + 4
    lines = [visible(answer.asked) + (f": {answer.verdict}" if answer.verdict else ""), ""]
    for stated in answer.stated:
        text = f"{visible(', '.join(stated.values))} [{sources.index(stated.source) + 1}]"
        lines += textwrap.wrap(
            text,
            WIDTH,
            initial_indent=f"  {visible(stated.topic)}".ljust(indent),
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        )
    lines += ["", *(f"[{n}] {visible(source)}" for n, source in enumerate(sources, 1))]
    return "\n".join(map(unobeyed, lines)) + "\n"


def as_json(answer: Answer, tables: Tables) -> dict[str, Any]:
    """Return an answer for programs."""
    return {**msgspec.to_builtins(answer), "tables_date": tables.date}


def refusal(answer: Answer, tables: Tables) -> str:
    """Return the sentence for what the tables do not know, with what they know nearby."""
    where = f"the table {answer.table}" if answer.table else "the tables"
    asked = visible(textwrap.shorten(answer.asked, WIDTH))
    if answer.sample:
        return f"{asked} needs a value, such as: {visible(answer.sample)}"
    says = f"{asked} is not in {where} of {tables.date}"
    if answer.near:
        return f"{says}; did you mean {', '.join(map(_short, answer.near))}?"
    return f"{says}, which has {visible(answer.known)}" if answer.known else says


def _short(text: str) -> str:
    return visible(textwrap.shorten(text, MAX_NEAR_CHARACTERS, placeholder=" …"))
