"""A framework was built without CUDA.

Why: a CPU build never uses a GPU and says nothing about it. Package indexes serve CPU builds for
some systems (PyTorch on Windows), and resolvers take them quietly.

How we know: the build says so itself in its own files, and this machine has an NVIDIA GPU. When
another training framework here uses CUDA, the CPU build may be meant: then it is only a note.
JAX without its plugin, TensorFlow on Windows and two packages of ONNX Runtime have rules of
their own.

Fix: install the CUDA build; the plain release number does not do, since the installed CPU build
already satisfies it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import cpu_builds
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_cuda_build, install_torch
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report CPU builds on a machine with a GPU."""
    for build, severity in cpu_builds("GPU302", facts, tables):
        title = FRAMEWORK_TITLES.get(build.name, build.name)
        yield Finding(
            subject=f"framework/{build.name}",
            message=f"{title} was built without CUDA: it runs on the CPU.",
            evidence=(
                f"{build.distribution or build.name} {build.release} ({build.build_source})",
            ),
            severity=severity,
        )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to install the CUDA build of what the finding is about."""
    name = subject.removeprefix("framework/")
    if name == "torch" or (subject == "report" and "torch" in facts.installed):
        return install_torch(facts, tables)
    if name in facts.installed:
        return install_cuda_build(name, facts, tables)
    return Remedy("Install the build of the framework that is made for CUDA.")


RULE = Rule(
    "GPU302",
    "cpu-only-build",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU310", "GPU311", "GPU318", "GPU328"),
    mend=mend,
)
