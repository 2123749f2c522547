"""The pages of docs/rules: made from the rules, and from the machines that show them.

`GPUCHECK_UPDATE_DOCS=1 pytest tests/test_docs.py` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import Facts
from gpucheck.findings import Page, Rule
from gpucheck.renderers import View, renderer
from gpucheck.tables import Tables
from machines.broken import sample_of

AREAS = {
    "1": "Driver and devices",
    "2": "Toolkit and libraries",
    "3": "Framework builds",
    "4": "Python environment",
    "5": "Containers, WSL, permissions",
    "6": "Several GPUs",
    "7": "Smoke tests and speed",
    "8": "Policy",
    "9": "gpucheck itself",
}
HEAD = """# The rules

What `gpucheck doctor` judges: one page a rule, with why it matters, how it is known and what mends
it. `gpucheck explain GPU301` prints the same. Codes are never reused; the first digit is the area.
"""
COLUMNS = "| rule | severity | cause | |\n| --- | --- | --- | --- |\n"
GRAPH = """
## What explains what

An arrow leads from a cause to what follows from it. When both are found on the same subject, only
the cause stands at the top of the report, and the consequence under it.
"""


def all_pages() -> dict[str, str]:
    """Return every file of docs/rules by its name."""
    return {"README.md": _index(), **{f"{page.slug}.md": _page(page) for page in pages()}}


def _index() -> str:
    parts = [HEAD]
    for digit, group in groupby(pages(), key=lambda page: page.rule.id[3]):
        lines = [f"\n## {AREAS[digit]}\n\n{COLUMNS}"]
        lines += [
            f"| [{p.rule.id}]({p.slug}.md) | {p.rule.severity} | `{p.rule.cause}` | {p.title} |\n"
            for p in group
        ]
        parts.append("".join(lines))
    return "".join([*parts, GRAPH, *_graphs()])


def _graphs() -> Iterator[str]:
    """Yield the graph of each area: what explains its rules."""
    for digit, group in groupby(pages(), key=lambda page: page.rule.id[3]):
        edges = [edge for page in group for edge in _edges(page.rule)]
        if edges:
            drawn = "\n".join(f"  {cause} --> {rule}" for cause, rule in edges)
            yield f"\n### {AREAS[digit]}\n\n```mermaid\nflowchart LR\n{drawn}\n```\n"


def _edges(rule: Rule) -> list[tuple[str, str]]:
    return [(cause, rule.id) for cause in rule.explained_by]


def _page(page: Page) -> str:
    text = page.text
    for heading in ("Why", "How we know", "Fix"):
        before, _, after = text.partition(f"{heading}: ")
        text = f"{before}## {heading}\n\n{after[:1].upper()}{after[1:]}"
    rule = page.rule
    head = f"# {rule.id}: {page.title}\n\nCause `{rule.cause}`, {rule.severity}."
    machine = sample_of(rule.id)
    sample = f"\n## What you see\n\n{_sample(rule.id, machine.facts)}" if machine else ""
    return f"{head}\n\n{text}\n{sample}"


def _sample(rule: str, facts: Facts) -> str:
    """Return the finding as the screen shows it, with what follows from it or what explains it."""
    view = View(exit_codes=(0,), exit_code=0, width=100, is_verbose=True)
    report = renderer("text").render([diagnose(facts, Tables())], view)
    block: list[str] = []
    for line in report.splitlines():
        if line[:1] in {"✗", "!", "·"} or not line:
            if any(rule in seen for seen in block):
                break
            block = []
        block.append(line)
    return "```text\n" + "\n".join(filter(None, block)) + "\n```\n"
