"""The libstdc++ that is loaded is too old for an installed package.

Why: a package is compiled for a certain C++ library and every newer one. An old system has an
older one; or an old copy (of conda, of another program) is loaded first.

How we know: the loader said which GLIBCXX or CXXABI version it did not find, and in which file.

Fix: a newer libstdc++: of conda-forge inside a conda environment, else a newer system.
"""

from collections.abc import Iterator

from gpucheck.compatibility.c_libraries import wanted_in
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import provide_newer_libstdcxx
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report what the loader refused, once for a subject."""
    told = set()
    for said in said_for("GPU216", facts, tables):
        wanted, subject = wanted_in(said), said.line.subject
        if wanted is None or subject in told:
            continue
        told.add(subject)
        yield Finding(
            subject=subject,
            message=f"{wanted.by or 'The program'} needs {wanted.kind}_{wanted.release};"
            f" {wanted.file or 'the libstdc++ that is loaded'} is too old for it.",
            evidence=(said.evidence,),
            remedy=provide_newer_libstdcxx(facts, wanted.file),
        )


RULE = Rule(
    "GPU216",
    "libstdcxx-too-old",
    "error",
    check,
    mend=lambda facts, *_: provide_newer_libstdcxx(facts, None),
)
