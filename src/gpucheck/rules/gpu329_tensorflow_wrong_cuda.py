"""TensorFlow was built for another CUDA than the one that is installed.

Why: TensorFlow up to 2.13 brings no CUDA. It loads the libraries of the release it was built for by
name: up to CUDA 10 of that minor, from 11 on of that major. Without them it uses the CPU.

How we know: a report names the CUDA that is installed, it is not the one that the wheel's row in
the tables names, and TensorFlow lists no GPU.

Fix: install that CUDA and its cuDNN, or a TensorFlow that was built for the CUDA that is there.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_toolkit
from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow
from gpucheck.versions import ToolkitCuda

FIRST_OF_MAJORS = 11


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the CUDA of TensorFlow's wheel with what a report says is installed."""
    section = facts.installed.get("tensorflow")
    row = _row(section.value.release, tables) if section else None
    nvccs = (nvcc.toolkit_cuda for nvcc in facts.toolkit.value.nvccs or ())
    named = (*facts.named_cuda, *filter(None, nvccs))
    if facts.origin != "report" or not (section and row and row.cuda and named):
        return
    if section.value.is_gpu_usable is not False or any(_serves(cuda, row) for cuda in named):
        return
    yield Finding(
        subject="framework/tensorflow",
        message=f"TensorFlow {row.release} was built for CUDA {row.cuda}, and finds another.",
        evidence=(
            f"installed: CUDA {', '.join(sorted(set(map(str, named))))}",
            f"needed: {tables.tensorflow_wheels.source_of(row)}",
        ),
    )


def _row(release: str | None, tables: Tables) -> TensorflowWheelRow | None:
    """Return the row of a wheel that brings no CUDA of its own."""
    rows = (row for row in tables.tensorflow_wheels.rows if row.release == release)
    return next((row for row in rows if row.is_cuda_build and row.and_cuda is None), None)


def _serves(cuda: ToolkitCuda, row: TensorflowWheelRow) -> bool:
    if row.cuda is None or cuda.major != row.cuda.major:
        return False
    return cuda.major >= FIRST_OF_MAJORS or cuda.minor == row.cuda.minor


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    return install_toolkit(facts, facts.installed["tensorflow"].value.built_for_cuda)


RULE = Rule("GPU329", "framework-cuda-mismatch", "error", check, needs=("packages",), mend=_mend)
