"""How to mend GPU work in WSL, which runs on the Windows driver.

Source: NVIDIA, "CUDA on WSL User Guide" (release 13.0, 2025); Microsoft Learn, "Basic commands
for WSL" (2025).
"""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy

OF_LINUX_DRIVER = (
    "^(nvidia-(driver|utils|kernel|dkms)|libnvidia-(compute|ml1)|libcuda1|cuda-drivers)"
)
"""Packages of the Linux driver as Debian, Ubuntu and NVIDIA name them; none of the toolkit's."""


def use_windows_libcuda(family: str | None) -> Remedy:
    """Return how to get rid of a Linux driver inside WSL, by the distribution's family."""
    text = (
        "Remove the packages of the Linux driver from this distribution: WSL has the library of the"
        " Windows driver in /usr/lib/wsl/lib. Then restart WSL; that ends everything in it."
    )
    if family not in {"ubuntu", "debian"}:
        return Remedy(text)
    text += (
        " The first command removes those that are installed of nvidia-driver, nvidia-utils,"
        " nvidia-kernel, nvidia-dkms, libnvidia-compute, libnvidia-ml1, libcuda1 and cuda-drivers,"
        " with their settings and what needs them; apt lists them and asks."
    )
    listed = f"dpkg-query -W -f '${{binary:Package}}\\n' | grep -E '{OF_LINUX_DRIVER}'"
    removal = f"sudo apt purge $({listed})"
    return Remedy(text, (removal, "sudo ldconfig", "wsl.exe --shutdown"))


def put_wsl_libraries_first() -> Remedy:
    """Return how to let programs find WSL's libcuda."""
    text = "Put WSL's own driver libraries on the loader's path."
    return Remedy(text, ("export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH",))


def give_wsl_the_gpu(machine: Machine, upgrade: Remedy) -> Remedy:
    """Return how to get the GPU into WSL; `upgrade` is that of the driver.

    The commands are for Windows.
    """
    if machine.wsl_generation == 1:
        text = "WSL 1 has no GPU. Turn this distribution into WSL 2, in PowerShell on Windows."
        return Remedy(text, ("wsl --list --verbose", "wsl --set-version DISTRIBUTION 2"))
    text = (
        f"{upgrade.text} Then update WSL and restart it, in PowerShell; the restart ends"
        " everything in it."
    )
    return Remedy(text, ("wsl --update", "wsl --shutdown"))
