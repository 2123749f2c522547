"""ONNX Runtime is built for another CUDA or cuDNN than the one that is here.

Why: its CUDA provider is a library that loads cuBLAS, cuFFT and cuDNN of one major each. With
others it says "Failed to create CUDAExecutionProvider" when a model is loaded, and the model runs
on the CPU.

How we know: cuBLAS or cuDNN of the majors that the release was built with is neither on the
loader's path nor among the installed wheels and conda packages, and another major is. Releases
1.17 to 1.20 exist for two CUDA majors; for them only what they print counts.

Fix: a release for the CUDA that is here, or the libraries that the extras cuda and cudnn bring.
"""

from collections.abc import Iterator

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.installed import majors_of, version_of
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables
from gpucheck.tables.rows.onnxruntime import OnnxruntimeWheelRow


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the majors that the CUDA provider loads with those that are here."""
    section = facts.installed.get("onnxruntime")
    row = _row(section.value, tables) if section and section.value.is_cuda_build else None
    has_none = facts.has_nvidia_gpu is False or facts.is_gpu_kept_outside
    if row is None or has_none or facts.machine.value.os_name not in {"Linux", None}:
        return
    wrong = []
    for library, major in (("libcublas", row.cuda_major), ("libcudnn", row.cudnn_major)):
        here = majors_of(library, facts, tables) or _named(library, facts, tables)
        if here and major is not None and major not in here:
            where = ", ".join(f"{other} ({path})" for other, path in sorted(here.items()))
            wrong.append(f"needed: {library}.so.{major}; here: {where}")
    if wrong:
        yield Finding(
            subject="framework/onnxruntime",
            message=(
                f"ONNX Runtime {row.release} needs CUDA {row.cuda_major} and cuDNN"
                f" {row.cudnn_major}, and finds others: its models run on the CPU."
            ),
            evidence=tuple(wrong),
        )


def _named(library: str, facts: Facts, tables: Tables) -> dict[int, str]:
    """Return the CUDA that a report names, where ONNX Runtime could not load its own."""
    said = said_for("GPU312", facts, tables) if library == "libcublas" else ()
    return {cuda.major: f"CUDA {cuda}, as reported" for cuda in facts.named_cuda if said}


def _row(build: Framework, tables: Tables) -> OnnxruntimeWheelRow | None:
    """Return what the table knows of a release; None: not of the CUDA that this one is for."""
    version = version_of(build.release)
    if version is None:
        return None
    minor = ".".join(map(str, version.release[:2]))
    pages = tables.onnxruntime_documented.rows
    documented = [row for row in pages if row.release in {minor, build.release}]
    is_ambiguous = len({row.cuda.split(".")[0] for row in documented}) > 1
    for row in tables.onnxruntime_wheels.rows:
        if row.release == build.release and not is_ambiguous:
            built = build.built_for_cuda
            return row if built is None or built.major == row.cuda_major else None
    return None


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return how to install a release whose libraries are here, or one that brings them."""
    here = majors_of("libcublas", facts, tables) or {}
    bring = {row.release for row in tables.onnxruntime_wheels.rows if row.extras}

    def suits(build: Build) -> bool:
        return build.release in bring or build.cuda.major in here

    return install_cuda_build("onnxruntime", facts, tables, suits)


RULE = Rule(
    "GPU312",
    "framework-cuda-mismatch",
    "error",
    check,
    needs=("packages", "toolkit"),
    explained_by=("GPU208", "GPU301", "GPU311"),
    mend=mend,
)
