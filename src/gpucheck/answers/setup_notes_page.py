"""The page on set-up notes: docs/setup-notes.md, as the table gives it."""

from __future__ import annotations

import textwrap

from gpucheck.tables import Tables
from gpucheck.tables.rows.notes import SetupNoteRow

WIDTH = 110

TITLES = (("contradicted", "Wrong"), ("partly", "Half right"), ("confirmed", "Right"))

INTRODUCTION = """\
Many people set up CUDA by notes that someone copied from someone else. Much in them is right, some
of it was right once, and some never was. Here are claims that are widely copied: what is wrong with
them, and what to do instead. Where a compatibility table of gpucheck decides a claim, the command
under it shows the facts with their sources. `gpucheck tables query note WORDS` finds a claim by its
words.
"""


def setup_notes_page(tables: Tables) -> str:
    """Return docs/setup-notes.md: what copied notes get wrong, half right and right."""
    table = tables.setup_notes
    parts = ["# What set-up notes get wrong", _wrapped(INTRODUCTION)]
    parts.append(f"Written from the table `setup_notes` of {table.date}.")
    for verdict, title in TITLES:
        parts.append(f"## {title}")
        parts += [_section(row, tables) for row in table.rows if row.verdict == verdict]
    return "\n\n".join(parts) + "\n"


def _section(row: SetupNoteRow, tables: Tables) -> str:
    sources = (tables.setup_notes.sources[key] for key in row.sources)
    links = "; ".join(f"[{s.title}]({s.address})" if s.address else s.title for s in sources)
    queries = "\n".join(f"gpucheck tables query {asked}" for asked in row.shown_by)
    label = "" if row.verdict == "confirmed" else "**Instead:** "
    parts = [
        f"### “{row.claim.rstrip('.')}”",
        _wrapped(row.why),
        _wrapped(f"{label}{row.what_to_do}"),
        *([f"```console\n{queries}\n```"] if queries else []),
        _wrapped(f"Sources: {links}."),
    ]
    return "\n\n".join(parts)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)
