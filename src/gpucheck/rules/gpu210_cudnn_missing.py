"""The cuDNN that a framework needs is not there.

Why: cuDNN holds the convolutions and attention of most frameworks. PyTorch cannot be imported
without it; TensorFlow and JAX start, and use the CPU.

How we know: the import named libcudnn as missing; or TensorFlow or JAX printed that they cannot
load it; or neither the loader's path nor a package has a cuDNN of the major that the build wants,
and the framework lists no GPU.

Fix: install the cuDNN of that major with the framework's own package manager.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.missing_libraries import lines_on_missing, missing_cudnn
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_library, library_in
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report frameworks that lack cuDNN, and lines that say so of others."""
    told = set()
    for name, section in facts.installed.items():
        subject, missing = f"framework/{name}", missing_cudnn(facts, section.value, tables)
        if missing is None:
            continue
        library, evidence = missing
        told.add(subject)
        yield Finding(
            subject=subject,
            message=f"{FRAMEWORK_TITLES.get(name, name)} needs cuDNN, and {library} is not found.",
            evidence=(evidence,),
            remedy=install_library(facts, section.value, library, tables),
        )
    for said in lines_on_missing("GPU210", facts, tables):
        if (subject := said.line.subject) not in told:
            yield Finding(subject=subject, message=said.meaning, evidence=(said.evidence,))


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to install the cuDNN that a line names."""
    said = (each.line for each in said_for("GPU210", facts, tables))
    lines = (line.text for line in said if line.subject == subject)
    library = next(filter(None, map(library_in, lines)), "libcudnn.so")
    part = facts.frameworks.get(subject.removeprefix("framework/"))
    return install_library(facts, part.value if part else None, library, tables)


RULE = Rule(
    "GPU210",
    "cudnn-missing",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU208", "GPU220", "GPU306", "GPU309", "GPU312"),
    mend=mend,
)
