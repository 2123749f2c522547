"""Commands that mend a machine, written for its distribution, environment and package manager.

Pure: facts and tables in, `Remedy` out. What needs root says so by `sudo`; a reboot is said.
Sources: the NVIDIA Driver Installation Guide 610 (2026-09) and the distributions' own pages
(Ubuntu Server "NVIDIA drivers installation", Debian wiki "NvidiaGraphicsDrivers", RPM Fusion
"Howto/NVIDIA", Arch wiki "NVIDIA", openSUSE "SDB:NVIDIA drivers", all read 2026-11).
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from gpucheck.compatibility import DriverOs, code_for, driver_floor, is_newer_than_driver
from gpucheck.facts import CondaPackage, Facts, Machine
from gpucheck.findings import Remedy
from gpucheck.tables import Known, Tables, TorchWheelRow
from gpucheck.versions import DriverCuda

JETSON_MODELS = ("NVIDIA Jetson", "NVIDIA Orin", "Jetson")
PYTORCH_INDEX = "https://download.pytorch.org/whl"
DRIVER_DOWNLOAD = "https://www.nvidia.com/drivers"

_PLAIN = re.compile(r"[\w.:\\/=+-]+")
"""Words that neither cmd nor PowerShell wants in quotes; a double quote is in no path there."""

_INSTALL_DRIVER = {
    "ubuntu": ("sudo ubuntu-drivers install", "sudo reboot"),
    "debian": ("sudo apt install linux-headers-$(uname -r) nvidia-driver", "sudo reboot"),
    "fedora": ("sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda", "sudo reboot"),
    "rhel": ("sudo dnf install nvidia-open", "sudo reboot"),
    "arch": ("sudo pacman -S nvidia-open nvidia-utils", "sudo reboot"),
    "suse": ("sudo zypper install nvidia-open-driver-G06-signed-kmp-meta", "sudo reboot"),
}
_REPOSITORY = {
    "debian": "with the non-free component switched on",
    "fedora": "from the RPM Fusion repository",
    "rhel": "from NVIDIA's repository",
    "suse": "from NVIDIA's repository",
}
_REBUILD_MODULE = {
    "ubuntu": ("sudo apt install linux-headers-$(uname -r)", "sudo dkms autoinstall"),
    "debian": ("sudo apt install linux-headers-$(uname -r)", "sudo dkms autoinstall"),
    "fedora": ("sudo dnf install kernel-devel-$(uname -r)", "sudo akmods --force"),
    "rhel": ("sudo dnf install kernel-devel-$(uname -r)", "sudo dkms autoinstall"),
    "arch": ("sudo pacman -S linux-headers", "sudo dkms autoinstall"),
    "suse": ("sudo zypper install kernel-default-devel", "sudo dkms autoinstall"),
}
_INSTALL_LIBCUDA = {
    "ubuntu": "sudo apt install libnvidia-compute-{branch}",
    "debian": "sudo apt install libcuda1",
    "fedora": "sudo dnf install xorg-x11-drv-nvidia-cuda-libs",
    "rhel": "sudo dnf install nvidia-driver-cuda-libs",
    "arch": "sudo pacman -S nvidia-utils",
    "suse": "sudo zypper install nvidia-compute-G06",
}


def install_driver(machine: Machine, at_least: str | None = None) -> Remedy:
    """Return how to install or upgrade the NVIDIA driver, to `at_least` that release."""
    wanted = f"an NVIDIA driver {at_least} or newer" if at_least else "the NVIDIA driver"
    if machine.os_name == "Windows" or machine.is_wsl:
        where = "on Windows itself (never inside WSL)" if machine.is_wsl else "on Windows"
        return Remedy(f"Install {wanted} {where}, from {DRIVER_DOWNLOAD}, then restart.")
    if machine.is_container:
        return Remedy(f"Install {wanted} on the host: a container uses the host's driver.")
    family = distribution_family(machine)
    if family is None:
        return Remedy(f"Install {wanted} from your distribution or {DRIVER_DOWNLOAD}, then reboot.")
    if (machine.hardware_model or "").startswith(JETSON_MODELS):
        return Remedy(f"{wanted[:1].upper()}{wanted[1:]} comes with a newer JetPack: install that.")
    where = f" {_REPOSITORY[family]}" if family in _REPOSITORY else ""
    if "open" in " ".join(_INSTALL_DRIVER[family]):
        where += (
            " (its open modules are for Turing and newer; older GPUs need the proprietary ones)"
        )
    return Remedy(f"Install {wanted}{where}, then reboot.", _INSTALL_DRIVER[family])


def rebuild_kernel_module(machine: Machine) -> Remedy:
    """Return how to build the kernel module for the running kernel and load it."""
    family = distribution_family(machine)
    build = _REBUILD_MODULE.get(family or "", ())
    text = "Build the module for the running kernel (its headers are needed), then load it."
    return Remedy(text, (*build, "sudo modprobe nvidia"))


def is_slurm_job(facts: Facts) -> bool:
    """Tell whether this runs inside a Slurm job, which sets the mask itself."""
    return "SLURM_JOB_ID" in (facts.machine.value.environment or {})


def ask_slurm_for_a_gpu() -> Remedy:
    """Return how to get a GPU from Slurm; changing the mask would take somebody else's."""
    return Remedy("Ask Slurm for a GPU; it then sets the mask itself.", ("srun --gres=gpu:1 …",))


def install_libcuda(machine: Machine, driver_branch: int | None) -> Remedy:
    """Return how to install the driver's CUDA library."""
    if machine.is_wsl or machine.os_name == "Windows":
        text = (
            "Update the NVIDIA driver on Windows itself; never install a Linux driver inside WSL."
        )
        return Remedy(text, ("wsl --update",) if machine.is_wsl else ())
    if machine.container_kind == "kubernetes":
        text = "Set NVIDIA_DRIVER_CAPABILITIES=compute,utility in the pod's environment."
        return Remedy(text)
    if machine.is_container:
        text = (
            "Give the container the driver's compute part: start it with"
            " NVIDIA_DRIVER_CAPABILITIES=compute,utility."
        )
        command = "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility IMAGE"
        return Remedy(text, (command,))
    command = _INSTALL_LIBCUDA.get(distribution_family(machine) or "", "")
    if "{branch}" in command and driver_branch is None:
        command = ""
    commands = (command.format(branch=driver_branch),) if command else ()
    return Remedy("Install the compute part of the same driver release.", commands)


def distribution_family(machine: Machine) -> str | None:
    """Return which family of distributions the machine's belongs to; None: not known."""
    names = (machine.distribution, *machine.distribution_like)
    aliases = {"centos": "rhel", "opensuse": "suse", "sles": "suse", "amzn": "rhel"}
    for name in filter(None, names):
        family = aliases.get(name, name)
        if family in _INSTALL_DRIVER:
            return family
    return None


def install(facts: Facts, text: str, *arguments: str, instead_of: tuple[str, ...] = ()) -> Remedy:
    """Return how to install `arguments` into the target with its own manager.

    `instead_of` names distributions that have to go first.
    """
    packages = facts.packages.value
    python = facts.target.executable or "python"
    if packages.environment_kind == "pixi":
        return Remedy(f"{text} In a pixi project, add it there.", (_pixi_command(arguments),))
    if packages.environment_kind == "system" and facts.machine.value.os_name == "Linux":
        # Distributions refuse pip in their own Python (PEP 668).
        made = ".venv/bin/python"
        command = _quoted(facts, made, "-m", "pip", "install", *arguments)
        venv = _quoted(facts, python, "-m", "venv", ".venv")
        return Remedy(f"{text} Do so in an environment of its own.", (venv, command))
    uses_uv = packages.environment_kind == "uv" or packages.has_pip is False
    pip = ("uv", "pip") if uses_uv else (python, "-m", "pip")
    option = ("--python", python) if uses_uv else ()
    yes = () if uses_uv else ("-y",)
    removal = (_quoted(facts, *pip, "uninstall", *option, *yes, *instead_of),) if instead_of else ()
    return Remedy(text, (*removal, _quoted(facts, *pip, "install", *option, *arguments)))


def _pixi_command(arguments: tuple[str, ...]) -> str:
    wanted = [argument for argument in arguments if not argument.startswith("-")]
    return shlex.join(["pixi", "add", "--pypi", *wanted])


def install_torch(facts: Facts, tables: Tables) -> Remedy:
    """Return the command for the PyTorch build that fits the driver, the GPUs and the Python.

    The installed release is kept when it has a fitting build, else the newest release is taken.
    """
    if any(package.name.startswith(("pytorch", "libtorch")) for package in _conda(facts)):
        return _install_conda_torch(facts)
    row = fitting_torch(facts, tables)
    if row is None:
        text = (
            "No PyTorch build in the tables fits this driver, GPU and Python together: upgrade the"
            " driver, or choose another Python."
        )
        return Remedy(text)
    # The full "+cuXXX" is needed: pip takes an installed "+cpu" of the same release for good.
    pinned = f"torch=={row.torch}+{row.variant}"
    option = f"--index-url={PYTORCH_INDEX}/{row.variant}"
    if row.form == "extra-index+local":
        option = f"--extra-index-url={PYTORCH_INDEX}/{row.variant}"
    elif row.form in {"find-links", "old"}:
        option = f"--find-links={PYTORCH_INDEX}/torch_stable.html"
    installed = {d.name for d in facts.packages.value.distributions or ()}
    companions = tuple(name for name in ("torchvision", "torchaudio") if name in installed)
    text = f"Install PyTorch {row.torch} built for CUDA {row.cuda}."
    if companions:
        text += f" {' and '.join(companions)} must come from the same index, to match."
    return install(facts, text, pinned, *companions, option, instead_of=companions)


def _conda(facts: Facts) -> tuple[CondaPackage, ...]:
    return facts.packages.value.conda_packages or ()


def _install_conda_torch(facts: Facts) -> Remedy:
    driver_cuda = facts.driver.value.driver_cuda
    pin = [f"cuda-version<={driver_cuda}"] if driver_cuda else []
    prefix = facts.target.prefix or facts.packages.value.prefix or ""
    if facts.packages.value.environment_kind == "pixi":
        return Remedy("Take conda-forge's CUDA build.", ("pixi add pytorch-gpu",))
    command = _quoted(
        facts, "conda", "install", "-p", prefix, "-c", "conda-forge", "pytorch-gpu", *pin
    )
    return Remedy("Take conda-forge's CUDA build: PyTorch here comes from conda.", (command,))


def fitting_torch(facts: Facts, tables: Tables) -> TorchWheelRow | None:
    """Return the best build for this machine: the installed release first, then the newest."""
    rows = [row for row in tables.torch_wheels.rows if _fits(row, facts, tables)]
    installed = facts.frameworks.get("torch")
    release = installed.value.release if installed else None
    driver_cuda = facts.driver.value.driver_cuda
    return max(rows, key=lambda row: _preference(row, release, driver_cuda), default=None)


def _preference(
    row: TorchWheelRow, installed: str | None, driver_cuda: DriverCuda | None
) -> tuple[Any, ...]:
    """Rank a build: installed release, newest release, no newer than the driver, default."""
    from packaging.version import InvalidVersion, Version  # 4 ms, needed only for a remedy

    version = Version(row.torch)
    try:
        is_installed = installed is not None and Version(installed).public == version.public
    except InvalidVersion:
        is_installed = False
    # Code compiled at run time (Triton) needs a driver as new as the build.
    jit_works = driver_cuda is None or not is_newer_than_driver(row.cuda, driver_cuda)
    return is_installed, version, jit_works, row.is_index_default, row.cuda.parts


def _fits(row: TorchWheelRow, facts: Facts, tables: Tables) -> bool:
    machine, packages = facts.machine.value, facts.packages.value
    python = ".".join((packages.python_release or "").split(".")[:2])
    platform = {
        ("Linux", "x86_64"): "linux_x86_64",
        ("Linux", "aarch64"): "linux_aarch64",
        ("Windows", "AMD64"): "win_amd64",
    }.get((machine.os_name or "", machine.architecture or ""))
    is_usual = packages.python_implementation == "CPython" and packages.python_bits == 64  # noqa: PLR2004
    if not is_usual or machine.libc_name == "musl":
        return False  # there are no such wheels
    if row.platform != platform or python not in row.python or row.targets is None:
        return False
    if not _driver_runs(row, facts, facts.driver_os, tables):
        return False
    sass = [f"sm_{t.removesuffix('+PTX').replace('.', '')}" for t in row.targets]
    ptx = [f"compute_{t.removesuffix('+PTX').replace('.', '')}" for t in row.targets if "PTX" in t]
    capabilities = [gpu.compute_capability for gpu in facts.visible_gpus if gpu.compute_capability]
    return all(code_for(capability, sass, ptx) != "none" for capability in capabilities)


def _driver_runs(row: TorchWheelRow, facts: Facts, driver_os: DriverOs, tables: Tables) -> bool:
    driver = facts.driver.value.driver_release
    floor = driver_floor(row.cuda, driver_os, tables)
    # Without a driver any build will do: the newest driver, to be installed, runs them all.
    return driver is None or (isinstance(floor, Known) and driver >= floor.value)


def _quoted(facts: Facts, *words: str) -> str:
    if facts.machine.value.os_name == "Windows":
        return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in words)
    return shlex.join(words)
