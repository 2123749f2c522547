"""The page of the documentation that lists the tables with their sources."""

from __future__ import annotations

import re

from gpucheck.tables import Row, Source, Table, Tables, names

HEAD = """# The compatibility tables

What gpucheck judges by, with the sources of every table. This page is made by `gpucheck tables list
--format markdown`. The files are in [`compat_tables/`](../compat_tables/README.md), which also says
how to change a row; `gpucheck tables show NAME` prints one, and `gpucheck tables query` answers
questions across them.

"Derived" tables are made by a program from what wheels on the package index say of themselves;
"transcribed" ones restate the sources named below.

| table | rows | date | origin |
| --- | ---: | --- | --- |
"""

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def tables_page(tables: Tables) -> str:
    """Return the page as Markdown."""
    all_tables: list[Table[Row]] = [getattr(tables, name) for name in names()]
    lines = [
        f"| [`{t.name}`](#{t.name}) | {len(t.rows)} | {t.date} | {t.origin} |" for t in all_tables
    ]
    return HEAD + "\n".join(lines) + "\n" + "".join(map(_section, all_tables))


def _section(table: Table[Row]) -> str:
    sources = "".join(f"- {_source(source)}\n" for source in table.sources.values())
    return f"\n## {table.name}\n\n{_plain(table.states)}\n\n{sources}"


def _source(source: Source) -> str:
    title = _plain(source.title)
    shown = f"[{title}]({source.address})" if source.address else title
    return f"{shown}, {_plain(source.date)}" if source.date else shown


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)
