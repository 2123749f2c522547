"""The framework is not installed here, but in another environment of this user.

Why: each environment has packages of its own. A terminal, an editor or a notebook kernel that runs
another Python than the one with the framework says "No module named 'torch'".

How we know: the inspected environment has no GPU framework at all, and another one on this machine
(a virtual environment here, one of conda's, a Jupyter kernel, the user's site-packages) has. It is
an error when a program asked for that framework in vain, else a warning. CUDA's wheels, cuDF or
PaddlePaddle here show that this environment has another purpose: then only that error counts.

Fix: inspect and use that environment, or install the framework here.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import FRAMEWORK_TITLES, Distribution, Facts, OtherEnvironment
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.environments import use_environment
from gpucheck.tables import Tables

MAX_SHOWN = 4
OTHER_PURPOSES = ("ctranslate2", "cudf-cu", "nvidia-cu", "paddlepaddle-gpu")
"""Distributions, by how their names start, of programs for GPUs without a framework known here."""
ASKED = re.compile(r"No module named '(\w+)'")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report frameworks that are elsewhere."""
    said = said_for("GPU404", facts, tables)
    asked = [found[1] for each in said if (found := ASKED.search(each.line.text))]
    if facts.installed or not facts.other_environments:
        return
    if not said and any(each.name.startswith(OTHER_PURPOSES) for each in _distributions(facts)):
        return
    others = [other for other in facts.other_environments if _has(other, asked)]
    if not others:
        return
    here = facts.target.executable or "this Python"
    wanted = [FRAMEWORK_TITLES.get(name, name) for name in asked[:1]]
    yield Finding(
        subject="environment",
        message=(
            f"{wanted[0] if wanted else 'No GPU framework'} is {'not ' * bool(wanted)}installed in"
            f" {here}, but another environment has {'it' if wanted else 'one'}."
        ),
        evidence=(*(each.evidence for each in said[:2]), *map(_words, others[:MAX_SHOWN])),
        remedy=use_environment(facts, others[0]),
        severity="error" if said else "warning",
    )


def _distributions(facts: Facts) -> tuple[Distribution, ...]:
    return facts.packages.value.distributions or ()


def _has(other: OtherEnvironment, asked: list[str]) -> bool:
    names = tuple(other.frameworks)
    return not asked or any(name.startswith(asked[0]) for name in names)


def _words(other: OtherEnvironment) -> str:
    has = ", ".join(f"{name} {release}" for name, release in sorted(other.frameworks.items()))
    name = f"{other.name}: " if other.name else ""
    return f"{name}{other.prefix} ({other.found_via}) has {has}"


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Say how to find out which Python runs."""
    text = "See which Python runs, and whether it is the one that the framework was installed with."
    return Remedy(text, ('python -c "import sys; print(sys.executable)"',))


RULE = Rule(
    "GPU404",
    "wrong-environment",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU407",),
    mend=mend,
)
