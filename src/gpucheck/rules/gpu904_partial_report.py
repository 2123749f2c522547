"""Part of the facts is missing, so some judgements were not made.

Why: a report that somebody pasted says only part of it, or a probe could not do its work. What is
unknown stays unknown; nothing is guessed.

How we know: a section of the facts is there in part or not at all.

Fix: give what is missing; for a report, the finding names the one command that would settle most.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.open_question import ask_next
from gpucheck.tables import Tables

SECTIONS = ("machine", "driver", "cuda_driver", "toolkit", "packages")
LEFT_OUT = {"ok", "not_asked", "absent"}
OTHER_RULES = {"crashed", "exited", "timed_out", "unkillable"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note the sections that are missing and what they would have settled."""
    sections = {name: getattr(facts, name) for name in SECTIONS} | facts.frameworks
    known = LEFT_OUT | ({"refused"} if facts.has_nvidia_gpu is False else set())
    missing = {
        name: section
        for name, section in sections.items()
        # What became of a framework that died or hung has rules of its own.
        if section.outcome not in known
        and not (name in facts.frameworks and section.outcome in OTHER_RULES)
    }
    if not missing:
        return
    names = ", ".join(name.replace("_", " ") for name in missing)
    if facts.origin == "report":
        remedy = ask_next(facts, tables)
    else:
        remedy = Remedy("See the reason of each; a slow machine may need a longer --timeout.")
    yield Finding(
        subject="gpucheck",
        message=f"Not everything is known ({names}): judgements that need it were not made.",
        evidence=tuple(
            _why(name, section.outcome, section.reason) for name, section in missing.items()
        ),
        remedy=remedy,
        severity="note",
    )


def _why(name: str, outcome: str, reason: str | None) -> str:
    words = f"{name.replace('_', ' ')}: {outcome.replace('_', ' ')}"
    return f"{words} ({reason})" if reason else words


RULE = Rule("GPU904", "gpucheck", "note", check, explained_by=("GPU120", "GPU121"))
