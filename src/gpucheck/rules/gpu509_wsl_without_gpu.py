"""WSL does not pass the GPU on.

Why: WSL 2 passes the GPU to Linux as /dev/dxg, with a Windows driver that knows WSL (branch 495 or
newer). WSL 1 has no GPU at all.

How we know: this is WSL, CUDA shows no device, and it is WSL 1, there is no /dev/dxg, the Windows
driver is older, or a line says so. A note without a CUDA build: there may be no NVIDIA GPU.

Fix: WSL 2, `wsl --update`, a current NVIDIA driver on Windows.
"""

from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import give_wsl_the_gpu, install_driver
from gpucheck.tables import Tables

FIRST_BRANCH = 495
"""The first Windows driver with CUDA for WSL (NVIDIA, CUDA on WSL User Guide, 2025)."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a WSL that has no GPU."""
    machine = facts.machine.value
    if not machine.is_wsl or machine.is_container or facts.cuda_driver.value.devices:
        return
    driver, nodes = facts.driver.value.driver_release, machine.device_nodes
    said, is_report = said_for("GPU509", facts, tables), facts.origin == "report"
    if is_report:
        said += said_for("GPU103", facts, tables)  # nvidia-smi in WSL asks Windows, no module
    if machine.wsl_generation == 1:
        message, seen = "This is WSL 1, which has no GPU.", f"kernel {machine.kernel_release}"
    elif nodes is not None and not any(node.path == "/dev/dxg" for node in nodes):
        message, seen = "WSL passes no GPU on to Linux.", "there is no /dev/dxg"
    elif driver and driver.major < FIRST_BRANCH:
        message = f"The Windows driver {driver} is too old for CUDA in WSL."
        seen = f"driver {driver} (NVML); CUDA in WSL came with branch {FIRST_BRANCH}"
    elif said:
        message, seen = "Windows does not let WSL use the GPU.", said[0].evidence
    else:
        return
    yield Finding(
        subject="driver",
        message=f"{message} Everything runs on the CPU.",
        evidence=(seen,),
        severity="error" if said or driver or facts.has_cuda_build or is_report else "note",
    )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Bring Windows and WSL up to date."""
    machine = msgspec.structs.replace(facts.machine.value, is_wsl=True)  # also where unknown
    return give_wsl_the_gpu(machine, install_driver(machine))


RULE = Rule("GPU509", "wsl-no-gpu", "error", check, mend=mend)
