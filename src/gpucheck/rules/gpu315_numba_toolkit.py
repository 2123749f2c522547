"""Numba finds no CUDA compiler (NVVM) that it can use.

Why: Numba compiles for the GPU with NVVM and libdevice of a CUDA that it finds: in conda's or
NVIDIA's packages, in CUDA_HOME, in the usual folders. Without them, or with a CUDA that its
built-in target is too old for, no kernel compiles.

How we know: the driver is fine, and numba.cuda says that it is not available, with its own words
on NVVM or libdevice. Most people have Numba for the CPU: without the package numba-cuda this is
only a note.

Fix: install numba-cuda with the CUDA components of the driver's major; it needs no toolkit then.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.numba_cuda import is_gpu_meant
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_numba_cuda
from gpucheck.tables import Tables

SUBJECT = "framework/numba"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report what numba.cuda says about its compiler."""
    section = facts.installed.get("numba")
    said = [each for each in said_for("GPU315", facts, tables) if each.line.subject == SUBJECT]
    if section is None or not said or section.value.is_gpu_usable:
        return
    problems = facts.toolkit.value.cuda_home_problems.items()
    yield Finding(
        subject=SUBJECT,
        message=f"Numba cannot compile for the GPU: {said[0].meaning}",
        evidence=(
            *(each.evidence for each in said[:2]),
            *(f"{variable}: {why}" for variable, why in sorted(problems)),
        ),
        severity="error" if is_gpu_meant(facts) else "note",
    )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return how to give Numba a CUDA, and what is wrong with the one it was pointed to."""
    best, variables = install_numba_cuda(facts, tables), facts.toolkit.value.cuda_home_problems
    others = f" Or let {' and '.join(sorted(variables))} name one folder that exists."
    return Remedy(best.text + others * bool(variables), best.commands)


RULE = Rule(
    "GPU315",
    "cuda-toolkit-path-wrong",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU204",),
    mend=mend,
)
