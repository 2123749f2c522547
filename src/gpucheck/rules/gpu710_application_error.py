"""The program failed, not the GPU environment.

Why: an index out of range, a label that no class has, or an address out of bounds ends a kernel.
CUDA reports it as a "CUDA error" or as Xid 13, 31 or 43, which looks like a broken installation;
but driver, libraries and builds did their work until then.

How we know: a line says so that only a program's own error prints, or one that mostly does while
no other line speaks of a fault of the environment.

Fix: none here: find the line of the program with CUDA_LAUNCH_BLOCKING=1 or compute-sanitizer.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import everything_said
from gpucheck.facts import KERNEL_LOG, SMOKE_TEST, Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import find_the_line
from gpucheck.tables import Tables

OWN = "GPU710"
NO_FAULT = {OWN, "GPU711"}
MAX_SHOWN = 3


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note an error of a program, and that the environment is not to blame."""
    everything = everything_said(facts, tables)
    # Our own tests index nothing wrongly: what they meet is the environment's.
    own = [s for s in everything if s.rule == OWN and not s.line.where.startswith(SMOKE_TEST)]
    if not own:
        return
    others = (said for said in everything if said.rule not in NO_FAULT)
    # In the kernel's log one fault often brings others along.
    faults = [s for s in others if s.certainty == "proves" or s.line.where == KERNEL_LOG]
    is_clear = not faults
    if not is_clear and own[0].certainty != "proves":
        return
    verdict = " Nothing in these lines is a fault of the GPU environment." if is_clear else ""
    yield Finding(
        subject=own[0].line.subject,
        message=f"The program itself failed. {own[0].meaning}{verdict}",
        evidence=tuple(dict.fromkeys(said.evidence for said in own))[:MAX_SHOWN],
        severity="note",
    )


RULE = Rule(
    OWN,
    "not-an-env-problem",
    "note",
    check,
    mend=lambda facts, *_: find_the_line(facts),
    explained_by=("GPU109", "GPU303"),
)
