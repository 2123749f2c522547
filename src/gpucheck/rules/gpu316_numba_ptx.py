"""Numba's CUDA is newer than the driver's.

Why: Numba hands PTX to the driver. PTX of a newer CUDA than the driver's is refused ("the provided
PTX was compiled with an unsupported toolchain", error 222), also where compiled code of that CUDA
runs by minor-version compatibility.

How we know: it says so. Before it does: every CUDA compiler on this machine is newer than what the
driver offers, and numba-cuda, which can bridge that, is not installed; then it is only a note,
since most people have Numba for the CPU.

Fix: a CUDA component no newer than the driver's CUDA, or a newer driver.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.numba_cuda import compilers, is_gpu_meant
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_driver_for, install_numba_cuda
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare the CUDA compilers with the driver's CUDA."""
    offered = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    section = facts.installed.get("numba")
    if section is None or offered is None:
        return
    here = compilers(facts)
    newer = {cuda: where for cuda, where in here.items() if cuda > offered.parts[:2]}
    said = [each for each in said_for("GPU316", facts, tables) if each.certainty == "proves"]
    is_expected = bool(newer) and len(newer) == len(here) and not is_gpu_meant(facts)
    if not newer or not (said or is_expected):
        return
    (major, minor), where = max(newer.items())
    yield Finding(
        subject="framework/numba",
        message=(
            f"Numba compiles with CUDA {major}.{minor}, and the driver takes PTX up to CUDA"
            f" {offered}: its kernels are refused."
        ),
        evidence=(f"CUDA {major}.{minor}: {where}", f"the driver offers CUDA {offered}"),
        severity="error" if said else "note",
    )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Return how to get an older CUDA for Numba, or a newer driver."""
    driver = install_driver_for(facts, tables, what="a newer NVIDIA driver")
    bridge = install_numba_cuda(facts, tables)
    text = f"{bridge.text} Keep its CUDA no newer than the driver's. Or: {driver.text}"
    return Remedy(text, bridge.commands)


RULE = Rule(
    "GPU316",
    "ptx-newer-than-driver",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU202",),
    mend=mend,
)
