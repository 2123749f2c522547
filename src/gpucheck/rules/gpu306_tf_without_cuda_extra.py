"""TensorFlow was installed without CUDA's libraries.

Why: from 2.14 on TensorFlow's wheel for Linux is a CUDA build that brings none of CUDA's
libraries; they come with the extra `and-cuda`. Without them it says "Cannot dlopen some GPU
libraries" among many other lines, and runs on the CPU.

How we know: the release has that extra, TensorFlow lists no GPU (or was not imported), and CUDA's
runtime, cuBLAS or cuDNN of the majors it was built with are neither among the installed wheels and
conda packages nor on the loader's path. Where these cannot be listed, its own line is the proof.

Fix: install tensorflow[and-cuda] of the same release.
"""

from collections.abc import Iterator

from gpucheck.compatibility.installed import is_from_conda
from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.tensorflow_libraries import NEEDED, missing_libraries, row_with_extra
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a TensorFlow for CUDA that finds none of CUDA's libraries."""
    section = facts.installed.get("tensorflow")
    if section is None or facts.has_nvidia_gpu is False or facts.is_gpu_kept_outside:
        return
    build = section.value
    row = row_with_extra(build.release, tables)
    is_theirs = row is not None and not is_from_conda(facts, "tensorflow")
    if row is None or not is_theirs or build.devices or build.is_cuda_build is False:
        return
    said = said_for("GPU306", facts, tables)
    missing = missing_libraries(row, facts, tables)
    is_live_proof = facts.has_nvidia_gpu and missing is not None and len(missing) == len(NEEDED)
    if not is_live_proof and not (said and missing != ()):
        return
    names = ", ".join(missing) if missing else "GPU libraries"
    yield Finding(
        subject="framework/tensorflow",
        message=f"TensorFlow {build.release} lacks CUDA's libraries and runs on the CPU.",
        evidence=(
            f"built for CUDA {row.cuda} and cuDNN {row.cudnn_major}; not found: {names}",
            *(each.evidence for each in said[:1]),
        ),
    )


RULE = Rule(
    "GPU306",
    "cuda-runtime-libs-missing",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU208", "GPU301"),
    mend=lambda facts, tables, _: install_cuda_build("tensorflow", facts, tables),
)
