"""A line that looks like an error is harmless.

Why: frameworks and drivers print lines at the level "E" or "W" that mean nothing: a factory
registered twice, a NUMA node that a virtual machine does not have, a missing TensorRT that nobody
asked for. Searching for them costs hours and mends nothing.

How we know: the line is one of those the table of messages knows as noise. What the kernel of a
running machine logs at every start is left out.

Fix: none. Do not change the installation because of it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import KERNEL_LOG, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables

MAX_SHOWN = 6


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note the lines that are noise, with what they mean."""
    lines = said_for("GPU711", facts, tables)
    noise = [said for said in lines if facts.origin == "report" or said.line.where != KERNEL_LOG]
    if not noise:
        return
    # The same line comes from several places, and one message has many forms.
    meanings = list(dict.fromkeys(said.meaning for said in noise))
    what = "One line that looks" if len(noise) == 1 else "Lines that look"
    verb = "is" if len(noise) == 1 else "are"
    yield Finding(
        subject=noise[0].line.subject,
        message=f"{what} like an error {verb} harmless. {' '.join(meanings[:MAX_SHOWN])}",
        evidence=tuple(said.evidence for said in noise[:MAX_SHOWN]),
        severity="note",
    )


RULE = Rule("GPU711", "harmless-message", "note", check)
