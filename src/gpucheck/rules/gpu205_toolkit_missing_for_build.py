"""Something is compiled here, and there is no CUDA toolkit.

Why: wheels bring what they need to run, not what it takes to compile. Packages that are built from
source (flash-attn, detectron2, DeepSpeed's operators) need nvcc of the CUDA that PyTorch was built
for, its headers, and a C++ compiler.

How we know: a build printed that it found no nvcc, headers or compiler. Without such a line it is
a note, and only where a package is installed that compiles when it is used.

Fix: install the toolkit of PyTorch's CUDA, or a ready-made wheel of the package.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.toolchains import compiles_when_used
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_toolkit
from gpucheck.tables import Tables

ASKED_A_SHELL = re.compile(r"\bnvcc\b\W{0,3}(?:(?:command )?not found|is not recognized)")
"""What a shell answers to `nvcc --version`: that alone is no build."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report builds that lacked something, and packages that will."""
    nvccs = facts.toolkit.value.nvccs
    said = [each for each in said_for("GPU205", facts, tables) if each.certainty != "proves"]
    failed = [each for each in said if not ASKED_A_SHELL.search(each.line.text)]
    if failed:
        yield Finding(
            subject=failed[0].line.subject,
            message=failed[0].meaning,
            evidence=tuple(each.evidence for each in failed[:3]),
        )
        return
    package = compiles_when_used(facts)
    if facts.origin == "live" and facts.toolkit.is_ok and nvccs == () and package:
        yield Finding(
            subject="toolkit",
            message="There is no CUDA toolkit; what an installed package compiles at run time will"
            " fail.",
            evidence=(f"{package} is installed", "no nvcc on PATH, in CUDA_HOME, /usr/local/cuda"),
            severity="note",
        )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Return the toolkit of the CUDA that PyTorch was built for."""
    part = facts.frameworks.get("torch")
    return install_toolkit(facts, part.value.built_for_cuda if part else None)


RULE = Rule(
    "GPU205", "toolkit-missing-for-build", "error", check, explained_by=("GPU204",), mend=mend
)
