"""The nvcc on PATH and CUDA_HOME belong to different toolkits.

Why: some build scripts call the nvcc of PATH, others the one of CUDA_HOME or CUDA_PATH, and take
headers and libraries from there. When the two are of different releases, a build mixes them.

How we know: both hold an nvcc, and these are of different CUDA releases. On Windows it is a note:
there the installer of the newest toolkit sets CUDA_PATH.

Fix: set both to one toolkit.
"""

from collections.abc import Iterator

from gpucheck.compatibility.toolchains import HOME_VARIABLES, nvcc_via
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import set_cuda_home
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a variable that leads to another release than PATH does."""
    on_path = nvcc_via(facts, "PATH")
    for variable in HOME_VARIABLES:
        named = nvcc_via(facts, variable)
        if on_path is None or named is None or named == on_path:
            continue
        ours, theirs = on_path.toolkit_cuda, named.toolkit_cuda
        if ours is None or theirs is None or ours.parts[:2] == theirs.parts[:2]:
            continue
        yield Finding(
            subject="toolkit",
            message=f"nvcc on PATH is of CUDA {ours}, {variable} is of CUDA {theirs}: a build may"
            " mix them.",
            evidence=(f"PATH: {on_path.path}", f"{variable}: {named.path}"),
            remedy=set_cuda_home(facts, variable, on_path),
            severity="note" if facts.machine.value.os_name == "Windows" else "warning",
        )
        return


RULE = Rule("GPU203", "cuda-toolkit-path-wrong", "warning", check, needs=("toolkit",))
