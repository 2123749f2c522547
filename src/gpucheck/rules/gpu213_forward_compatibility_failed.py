"""A libcuda that is newer than the driver was loaded, and cannot work here.

Why: a cuda-compat package holds a newer libcuda for an older driver. It works on data-centre GPUs
only, and only on certain driver branches. Where it stands before the driver's own library, CUDA
cannot start.

How we know: cuInit returned 804 (the GPU is not one for cuda-compat) or 803 (this libcuda and this
driver do not work together).

Fix: take cuda-compat off the loader's path, and upgrade the driver if a newer CUDA is needed. After
an upgrade of the driver, reboot.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import remove_cuda_compat
from gpucheck.tables import Tables

SYSTEM_DRIVER_MISMATCH, COMPAT_NOT_SUPPORTED_ON_DEVICE = 803, 804
COMPAT = "/compat/"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a libcuda that the driver or the GPU refuses."""
    cuda = facts.cuda_driver.value
    code = cuda.init_error.code if cuda.init_error else None
    if code in {SYSTEM_DRIVER_MISMATCH, COMPAT_NOT_SUPPORTED_ON_DEVICE}:
        yield _finding(facts, code)
        return
    said = [each for each in said_for("GPU213", facts, tables) if each.certainty != "proves"]
    # A libcuda that starts contradicts the line, which then is older than the mending.
    if said and not cuda.devices:
        yield Finding(
            subject=said[0].line.subject,
            message="Error 803: the libcuda that was loaded is not the driver's own. Either"
            " cuda-compat or an image's libcuda stands before it, or the driver was upgraded"
            " without a reboot.",
            evidence=tuple(each.evidence for each in said[:3]),
            remedy=remove_cuda_compat(facts, is_compat=False),
        )


def _finding(facts: Facts, code: int) -> Finding:
    path = facts.cuda_driver.value.library_path or "libcuda"
    driver = facts.driver.value.driver_release
    is_compat = COMPAT in path or code == COMPAT_NOT_SUPPORTED_ON_DEVICE
    what = "cuda-compat's libcuda" if is_compat else "A libcuda that is not the driver's"
    why = (
        "this GPU is not one that it is made for"
        if code == COMPAT_NOT_SUPPORTED_ON_DEVICE
        else "this driver does not work with it"
    )
    return Finding(
        subject="driver",
        message=f"{what} was loaded, and {why}: CUDA cannot start.",
        evidence=(f"cuInit of {path}: {code}", *([f"the driver is {driver}"] if driver else [])),
        remedy=remove_cuda_compat(facts, is_compat=is_compat),
    )


RULE = Rule(
    "GPU213",
    "forward-compat-failure",
    "error",
    check,
    needs=("cuda_driver",),
    explained_by=("GPU104", "GPU218"),
    mend=lambda facts, *_: remove_cuda_compat(facts, is_compat=True),
)
