"""nvcc is of another CUDA than PyTorch was built for.

Why: an extension that is compiled for PyTorch must use the CUDA major that PyTorch was built for;
PyTorch refuses to build it otherwise. A different minor works. What is only run, and not compiled,
needs no nvcc at all.

How we know: the nvcc that a build would use, against the CUDA of the installed PyTorch. It is a
warning when something shows that code is compiled here, else a note.

Fix: the toolkit of PyTorch's CUDA, and CUDA_HOME set to it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.toolchains import (
    compiles_here,
    differs_from_build,
    may_compile_here,
    nvcc_in_use,
)
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_toolkit
from gpucheck.tables import Tables

NAME = "torch"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the toolkit in use with PyTorch's CUDA."""
    nvcc, part = nvcc_in_use(facts), facts.installed.get(NAME)
    built = part.value.built_for_cuda if part else None
    if nvcc is None or nvcc.toolkit_cuda is None or built is None:
        return
    differs = differs_from_build(nvcc.toolkit_cuda, built)
    shown = compiles_here(facts)
    if differs is None or (differs == "minor" and not may_compile_here(facts)):
        return
    said = [s for s in said_for("GPU207", facts, tables) if s.certainty == "proves"]
    what = "extensions cannot be built" if differs == "major" else "extensions mostly build"
    yield Finding(
        subject="toolkit",
        message=f"nvcc is of CUDA {nvcc.toolkit_cuda}, PyTorch was built for CUDA {built}: {what}.",
        evidence=(
            f"nvcc: {nvcc.path} (by {', '.join(nvcc.found_via)})",
            f"torch {part.value.release if part else ''} is built for CUDA {built}",
            *([shown] if shown else []),
        ),
        severity="warning" if said or (shown and differs == "major") else "note",
    )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Return the toolkit of the CUDA that PyTorch was built for."""
    part = facts.frameworks.get(NAME)
    return install_toolkit(facts, part.value.built_for_cuda if part else None)


RULE = Rule(
    "GPU207",
    "nvcc-torch-cuda-mismatch",
    "warning",
    check,
    needs=("toolkit",),
    explained_by=("GPU203", "GPU204"),
    mend=mend,
)
