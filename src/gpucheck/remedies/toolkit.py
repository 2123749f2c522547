"""How to get a CUDA toolkit of a certain release, and to point programs at it.

NVIDIA's package names: the CUDA Installation Guide for Linux 13.4 (cuda-toolkit-X-Y holds the
toolkit without a driver; 2026-09). winget's releases: microsoft/winget-pkgs, manifests of
Nvidia.CUDA (2026-11). conda-forge's are the customary ones and were not tried.
"""

from __future__ import annotations

import shlex

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import distribution_family
from gpucheck.versions import BuiltForCuda

DOWNLOADS = "https://developer.nvidia.com/cuda-toolkit-archive"

_INSTALL = {
    "ubuntu": "sudo apt install cuda-toolkit-{dashed}",
    "debian": "sudo apt install cuda-toolkit-{dashed}",
    "fedora": "sudo dnf install cuda-toolkit-{dashed}",
    "rhel": "sudo dnf install cuda-toolkit-{dashed}",
    "suse": "sudo zypper install cuda-toolkit-{dashed}",
}
_IN_WINGET = {
    "11.3", "11.5", "11.6", "11.7", "11.8", "12.1", "12.3", "12.4", "12.5", "12.6", "12.8", "12.9",
    "13.0", "13.1", "13.2", "13.3", "13.4",
}  # fmt: skip
FIRST_SPLIT_CUDA = 12
"""From this major on conda-forge has nvcc in packages that are pinned by cuda-version."""


def install_toolkit(facts: Facts, cuda: BuiltForCuda | None) -> Remedy:
    """Return how to install the toolkit of a CUDA release; None: which one is not known."""
    if cuda is None:
        text = "Install the CUDA toolkit of the CUDA that the framework was built for"
        return Remedy(f"{text} ({DOWNLOADS}), and set CUDA_HOME to its folder.")
    machine, packages = facts.machine.value, facts.packages.value
    release = f"{cuda.major}.{cuda.minor}"
    prefix = packages.prefix or facts.target.prefix
    if packages.environment_kind == "conda" and prefix and cuda.major >= FIRST_SPLIT_CUDA:
        wanted = ["cuda-toolkit", f"cuda-version={release}"]
        command = shlex.join(["conda", "install", "-p", prefix, "-c", "conda-forge", *wanted])
        return Remedy(f"Install the toolkit of CUDA {release} into the environment.", (command,))
    if machine.is_container:
        text = f"Use an image that has the toolkit of CUDA {release}: a tag that ends in -devel."
        return Remedy(text)
    if machine.os_name == "Windows":
        winget = f"winget install --exact --id Nvidia.CUDA --version {release}"
        text = f"Install the toolkit of CUDA {release} from {DOWNLOADS}."
        return Remedy(text, (winget,) if release in _IN_WINGET else ())
    home = f"/usr/local/cuda-{release}"
    install = _INSTALL.get(distribution_family(machine) or "")
    driver = " Inside WSL take no package that brings a driver." if machine.is_wsl else ""
    text = (
        f"Install the toolkit of CUDA {release} from NVIDIA's repository; it may stand beside"
        f" others.{driver}"
    )
    if install is None:
        return Remedy(f"Install the toolkit of CUDA {release} from {DOWNLOADS}.{driver}")
    commands = (install.format(dashed=release.replace(".", "-")), f"export CUDA_HOME={home}")
    return Remedy(text, commands)
