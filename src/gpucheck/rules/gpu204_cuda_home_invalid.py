"""CUDA_HOME does not name a CUDA toolkit.

Why: programs that compile CUDA code (PyTorch's extensions, Numba, XLA, CuPy) take CUDA_HOME or
CUDA_PATH for the one folder of a toolkit. They do not look elsewhere when it is wrong.

How we know: the variable names a folder that is not there, a file, or a list such as PATH has; or
a program printed that it found no toolkit there. A folder without nvcc is a note: it may hold the
libraries alone.

Fix: set it to the folder of one toolkit, or unset it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.toolchains import nvcc_via
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule, Severity
from gpucheck.remedies import set_cuda_home
from gpucheck.tables import Tables

MATTERS = ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")
"""Variables that programs ask; those of single releases (CUDA_PATH_V12_4) are only remembered."""
EMPTY, WITHOUT_NVCC = "empty", "no nvcc in its bin folder"
DEFAULTS = ("PATH", "/usr/local/cuda")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report every variable that leads nowhere."""
    said = said_for("GPU204", facts, tables)
    environment = facts.machine.value.environment or {}
    for variable, problem in facts.toolkit.value.cuda_home_problems.items():
        if variable not in MATTERS or problem == EMPTY:
            continue
        is_incomplete = problem == WITHOUT_NVCC
        severity: Severity = "note" if is_incomplete else "warning"
        yield Finding(
            subject="toolkit",
            message=f"{variable} does not name a CUDA toolkit: {problem}."
            + ("" if is_incomplete else " What compiles CUDA code will not find one."),
            evidence=(
                f"{variable}={environment.get(variable, '')}",
                *(each.evidence for each in said[:3]),
            ),
            remedy=set_cuda_home(facts, variable, nvcc_via(facts, *DEFAULTS)),
            severity="error" if said else severity,
        )


RULE = Rule(
    "GPU204",
    "cuda-toolkit-path-wrong",
    "error",
    check,
    needs=("toolkit",),
    mend=lambda facts, *_: set_cuda_home(facts, "CUDA_HOME", nvcc_via(facts, *DEFAULTS)),
)
