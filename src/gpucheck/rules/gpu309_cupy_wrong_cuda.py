"""CuPy is built for another CUDA than the one that is here.

Why: a CuPy package serves one CUDA major and loads that major's NVRTC, cuBLAS and others when
they are first needed. With another major's libraries it stops there ("CuPy failed to load
libnvrtc.so.12").

How we know: NVRTC of the major in the package's name is neither on the loader's path nor among
the installed wheels, conda packages and toolkits, and NVRTC of another major is.

Fix: the CuPy package of the CUDA that is here, or the one that brings CUDA along ([ctk]).
"""

from collections.abc import Iterator

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.installed import majors_of
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare CuPy's CUDA major with the NVRTC that is here."""
    section = facts.installed.get("cupy")
    major = _major(section.value) if section else None
    if major is None or facts.has_nvidia_gpu is False or facts.is_gpu_kept_outside:
        return
    here = majors_of("libnvrtc", facts, tables, with_toolkits=True)
    if not here or major in here:
        return
    # On Windows, as in a report, not every place where CuPy looks is known.
    said = said_for("GPU309", facts, tables)
    is_whole = facts.machine.value.os_name == "Linux" and facts.origin == "live"
    if not is_whole and not said:
        return
    others = ", ".join(str(other) for other in sorted(here))
    yield Finding(
        subject="framework/cupy",
        message=f"CuPy is built for CUDA {major}, and the libraries here are of CUDA {others}.",
        evidence=(
            f"{section.value.distribution if section else 'cupy'} needs NVRTC of CUDA {major}",
            *(f"CUDA {other}: {where}" for other, where in sorted(here.items())),
            *(each.evidence for each in said[:1]),
        ),
    )


def _major(build: Framework) -> int | None:
    if not build.is_cuda_build:
        return None
    return build.built_for_cuda.major if build.built_for_cuda else build.built_for_cuda_major


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return how to install the CuPy of the CUDA that is here, or one that brings its own."""
    here = majors_of("libnvrtc", facts, tables, with_toolkits=True) or {}

    def suits(build: Build) -> bool:
        return not here or build.cuda.major in here

    return install_cuda_build("cupy", facts, tables, suits)


RULE = Rule(
    "GPU309",
    "framework-cuda-mismatch",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU208", "GPU301", "GPU310"),
    mend=mend,
)
