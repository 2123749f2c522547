"""Importing a framework kills the process.

Why: machine code inside the framework or one of its libraries crashed or ended the process.
Usual reasons are two copies of a library that do not fit, or a CPU without an instruction set
that the build needs.

How we know: the process that imported it died by a signal, or exited in the middle.

Fix: by the step that was under way; reinstalling into a fresh environment rules most of it out.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

DIED = {"crashed", "exited"}
ILLEGAL_INSTRUCTION = "SIGILL"


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report imports that ended their process."""
    for name, section in facts.installed.items():
        if section.outcome not in DIED:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        step = section.stage or f"import {name}"
        evidence = [f"{section.reason}, in the step: {step}"]
        if section.output_tail:
            evidence.append(f"last output: {section.output_tail.splitlines()[-1]}")
        distribution = section.value.distribution or name
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} kills the process that uses it ({section.reason}).",
            evidence=tuple(evidence),
            remedy=_remedy(facts, section.signal, distribution),
        )


def _remedy(facts: Facts, signal: str | None, distribution: str) -> Remedy:
    if signal == ILLEGAL_INSTRUCTION:
        text = f"This CPU lacks an instruction that {distribution} uses: install an older release."
        return Remedy(text)
    if facts.driver.value.init_error:
        # Seen with JAX 0.12 and its CUDA 13 plugin: jax.devices() segfaults without a driver.
        text = (
            f"There is no working NVIDIA driver: mend that, or install {distribution} for the CPU."
        )
        return Remedy(text)
    if signal == "SIGKILL":
        return Remedy("Something killed it; most often the system ran out of memory (see its log).")
    return Remedy(f"Install {distribution} into a fresh environment and run gpucheck doctor there.")


EXPLAINED_BY = (
    "GPU102", "GPU103", "GPU104", "GPU120", "GPU121", "GPU208", "GPU211", "GPU308", "GPU310",
    "GPU401", "GPU402", "GPU405", "GPU407", "GPU501", "GPU502", "GPU503", "GPU504", "GPU508",
    "GPU509", "GPU514", "GPU601",
)  # fmt: skip

RULE = Rule(
    "GPU322",
    "import-crashed",
    "error",
    check,
    needs=("packages",),
    explained_by=EXPLAINED_BY,
    mend=lambda *_: Remedy("Install an older release, or one that is built for this processor."),
)
