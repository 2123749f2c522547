"""CUDA's own libraries that a framework loads are not there.

Why: a GPU build needs cudart, cuBLAS and their kin. Some wheels bring them as further packages,
some leave them to you. Without them the import fails, or the framework carries on with the CPU.

How we know: the import named such a library as missing; or TensorFlow, JAX or ONNX Runtime printed
that they cannot load one, on a machine with a GPU.

Fix: install the package that provides the library, for the CUDA major of the build.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.missing_libraries import is_cuda_library, lines_on_missing, other_majors
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_library, library_in
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report missing libraries of CUDA: those that imports named, then those of printed lines."""
    told = set()
    for name, section in facts.installed.items():
        failure = section.value.import_failure
        library = (failure.missing_library if failure else None) or ""
        if failure is None or not is_cuda_library(library, tables):
            continue
        told.add(f"framework/{name}")
        raised = f"import {name} raised {failure.kind}: {failure.message}"
        yield Finding(
            subject=f"framework/{name}",
            message=f"{FRAMEWORK_TITLES.get(name, name)} needs {library} of CUDA, which is not"
            " found.",
            evidence=(raised, *other_majors(library, facts, tables)),
            remedy=install_library(facts, section.value, library, tables),
        )
    for said in lines_on_missing("GPU220", facts, tables):
        if said.line.subject not in told:
            others = other_majors(library_in(said.line.text) or "", facts, tables)
            yield Finding(
                subject=said.line.subject, message=said.meaning, evidence=(said.evidence, *others)
            )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to install the library that a line names."""
    lines = (said.line for said in said_for("GPU220", facts, tables))
    named = (library_in(line.text) for line in lines if line.subject == subject)
    library = next(filter(None, named), None)
    part = facts.frameworks.get(subject.removeprefix("framework/"))
    if library is None:
        text = "Install the CUDA libraries of the build's major, those that the lines above name."
        return Remedy(text)
    return install_library(facts, part.value if part else None, library, tables)


RULE = Rule(
    "GPU220",
    "cuda-runtime-libs-missing",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU208", "GPU306", "GPU309", "GPU312"),
    mend=mend,
)
