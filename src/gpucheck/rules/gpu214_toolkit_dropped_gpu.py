"""The CUDA toolkit cannot make code for this GPU.

Why: a toolkit knows the GPUs from its oldest to those of its day. For an older GPU it makes nothing
that runs; for a newer one it makes PTX at best, and a build that asks for the GPU by its number
stops ("Unsupported gpu architecture").

How we know: the compute capability of a visible GPU, against the targets of the nvcc that builds
would use. It is a warning when something shows that code is compiled here, else a note.

Fix: an older toolkit for an older GPU, a newer one for a newer GPU.
"""

from collections.abc import Iterator

from gpucheck.compatibility.toolchains import compiles_here, nvcc_in_use, toolkit_reaches
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule, Skipped
from gpucheck.remedies import install_toolkit
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda


def check(facts: Facts, tables: Tables) -> Iterator[Finding | Skipped]:
    """Compare the toolkit in use with every visible GPU."""
    nvcc, shown = nvcc_in_use(facts), compiles_here(facts)
    if nvcc is None or nvcc.toolkit_cuda is None:
        return
    for gpu in facts.visible_gpus:
        if gpu.compute_capability is None:
            continue
        reaches = toolkit_reaches(nvcc.toolkit_cuda, gpu.compute_capability, tables)
        if not isinstance(reaches, Known):
            if shown:
                yield Skipped(subject="toolkit", reason=str(reaches))
            return
        if reaches.value == "code":
            continue
        is_newer = reaches.value == "older code only"
        why = "is too old to know it" if is_newer else "has dropped it"
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"The toolkit of CUDA {nvcc.toolkit_cuda} cannot compile for compute"
            f" capability {gpu.compute_capability}: it {why}.",
            evidence=(
                f"{gpu.name or 'GPU'} {gpu.index}: {gpu.compute_capability}",
                f"nvcc: {nvcc.path}; its targets: {reaches.source}",
                *([shown] if shown else []),
            ),
            severity="warning" if shown else "note",
        )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return the toolkit that has code for all visible GPUs."""
    wanted = {gpu.compute_capability for gpu in facts.visible_gpus} - {None}
    driver = facts.driver.value.driver_cuda
    for row in reversed(tables.toolkit_archs.rows):
        fits_driver = driver is None or row.cuda.parts[:2] <= driver.parts[:2]
        known = {f"sm_{capability.major}{capability.minor}" for capability in wanted if capability}
        if wanted and fits_driver and known <= set(row.targets):
            return install_toolkit(facts, BuiltForCuda(row.cuda.parts[:2]))
    text = "Use a toolkit that has this GPU among its targets: nvcc --list-gpu-arch shows them."
    return Remedy(text, ("nvcc --list-gpu-arch",))


RULE = Rule(
    "GPU214",
    "toolkit-dropped-gpu",
    "warning",
    check,
    needs=("toolkit", "driver"),
    explained_by=("GPU203", "GPU204"),
    mend=mend,
)
