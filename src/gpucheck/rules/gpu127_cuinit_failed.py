"""CUDA cannot be initialised.

Why: cuInit is the first thing that every CUDA program calls. When it fails, no framework can use
the GPU, however healthy nvidia-smi looks.

How we know: cuInit, called in the inspected environment, returned an error.

Fix: by the code; the table of CUDA errors says what it means in practice and what helps.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import cuda_error, nvml_error
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Known, Tables

DOWN = (
    "GPU102", "GPU103", "GPU104", "GPU105", "GPU106", "GPU107", "GPU108", "GPU109", "GPU112",
    "GPU122", "GPU123", "GPU124", "GPU129", "GPU209", "GPU213", "GPU218", "GPU501", "GPU502",
    "GPU504", "GPU508", "GPU509", "GPU510", "GPU511", "GPU601",
)  # fmt: skip
"""What says more precisely why CUDA does not start."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report the error that cuInit returned although NVML works."""
    cuda = facts.cuda_driver.value
    error = cuda.init_error
    if error is None or error.code is None or not facts.has_nvidia_gpu:
        return
    row = cuda_error(error.code, tables)
    name = error.name or (row.value.name if isinstance(row, Known) else None) or "unknown code"
    meaning = row.value.meaning if isinstance(row, Known) else None
    likely = f" Usual causes: {meaning}." if meaning else ""
    yield Finding(
        subject="driver",
        message=f"CUDA cannot start: cuInit returned {error.code} ({name}).{likely}",
        evidence=(
            f"cuInit of {cuda.library_path or 'libcuda'}: {error.code} ({name})",
            *_nvml_evidence(facts, tables),
        ),
    )


def _mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    error = facts.cuda_driver.value.init_error
    row = cuda_error(error.code, tables) if error and error.code is not None else None
    fixes = row.value.fixes if isinstance(row, Known) else ()
    if fixes:
        return Remedy(f"What helps: {'; '.join(fixes)}.")
    return Remedy("Look for NVRM lines in the kernel log.")


def _nvml_evidence(facts: Facts, tables: Tables) -> Iterator[str]:
    error = facts.driver.value.init_error
    if error is None or error.code is None:
        return
    row = nvml_error(error.code, tables)
    meaning = f": {row.value.meaning}" if isinstance(row, Known) and row.value.meaning else ""
    yield f"NVML fails as well: {error.call} returned {error.code} ({error.name}){meaning}"


RULE = Rule(
    "GPU127",
    "cuda-init-failed",
    "error",
    check,
    needs=("driver", "cuda_driver"),
    explained_by=DOWN,
    mend=_mend,
)
