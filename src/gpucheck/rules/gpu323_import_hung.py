"""A framework does not come back from its import or from asking for GPUs.

Why: it waits for the driver, for files on a slow network file system, or for a network that does
not answer.

How we know: the process that imported it was still running at its time limit.

Fix: by the step that it hangs in. If the environment is merely slow, allow more time.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report imports that did not end."""
    for name, section in facts.installed.items():
        if section.outcome not in {"timed_out", "unkillable"}:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        step = section.stage or f"import {name}"
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} hangs in the step: {step}.",
            evidence=(f"{section.reason} ({section.outcome.replace('_', ' ')})",),
            remedy=Remedy(
                "Look at where it waits (driver, network file system, proxy). If this machine is"
                " only slow, allow more time.",
                ("gpucheck doctor --timeout 120",),
            ),
        )


RULE = Rule("GPU323", "import-hung", "error", check, needs=("packages",), explained_by=("GPU120",))
