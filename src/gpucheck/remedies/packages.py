"""How to install Python packages into the inspected environment, with its own manager.

The PyTorch index and its forms: PyTorch's "Installing previous versions" (2026-11).
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from gpucheck.compatibility import DriverOs, code_for, driver_floor, is_newer_than_driver
from gpucheck.facts import CondaPackage, Facts
from gpucheck.findings import Remedy
from gpucheck.tables import Known, Tables, TorchWheelRow
from gpucheck.versions import DriverCuda

PYTORCH_INDEX = "https://download.pytorch.org/whl"

_PLAIN = re.compile(r"[\w.:\\/=+-]+")
"""Words that neither cmd nor PowerShell wants in quotes; a double quote is in no path there."""


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
    is_pixi = facts.packages.value.environment_kind == "pixi"
    if is_pixi or any(p.name.startswith(("pytorch", "libtorch")) for p in _conda(facts)):
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
