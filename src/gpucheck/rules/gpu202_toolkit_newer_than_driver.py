"""The CUDA toolkit is newer than what the driver runs.

Why: within a CUDA major, machine code of a newer toolkit runs on an older driver; PTX, which the
driver compiles itself, does not (error 222). Of a newer major nothing runs.

How we know: the nvcc that builds would use is of a newer CUDA than the driver offers. It is a
warning when the major is newer and something shows that code is compiled here; else a note.

Fix: compile with a toolkit that is no newer than the driver, or upgrade the driver.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.toolchains import compiles_here, is_toolkit_newer, nvcc_in_use
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_driver_for, install_toolkit
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the toolkit in use with the driver."""
    nvcc = nvcc_in_use(facts)
    # A cuda-compat package may offer more than the driver itself.
    driver = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    if nvcc is None or nvcc.toolkit_cuda is None or driver is None:
        return
    newer = is_toolkit_newer(nvcc.toolkit_cuda, driver)
    if newer is None:
        return
    shown = compiles_here(facts)
    is_proven = any(said.certainty == "proves" for said in said_for("GPU202", facts, tables))
    what = (
        "nothing that it compiles runs on this driver"
        if newer == "major"
        else "what of it is compiled at run time (PTX) fails with error 222"
    )
    yield Finding(
        subject="toolkit",
        message=f"The toolkit is of CUDA {nvcc.toolkit_cuda}, the driver runs up to CUDA {driver}:"
        f" {what}.",
        evidence=(
            f"{nvcc.path} is of CUDA {nvcc.toolkit_cuda} (by {', '.join(nvcc.found_via)})",
            f"the driver offers CUDA {driver}",
            *([shown] if shown else []),
        ),
        severity="warning" if is_proven or (shown and newer == "major") else "note",
    )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return the toolkit that the driver runs, and how to get a newer driver."""
    driver = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    upgrade = install_driver_for(facts, tables, what="a newer NVIDIA driver")
    if driver is None:
        text = "Use CUDA components (toolkit, NVVM, wheels) that are no newer than the driver's"
        return Remedy(f"{text} CUDA, as nvidia-smi shows it; or a newer driver.")
    older = install_toolkit(facts, BuiltForCuda(driver.parts[:2]))
    return Remedy(f"{older.text} Or a newer driver: {upgrade.text}", older.commands)


RULE = Rule(
    "GPU202",
    "ptx-newer-than-driver",
    "warning",
    check,
    needs=("toolkit",),
    explained_by=("GPU102", "GPU103", "GPU104"),
    mend=mend,
)
