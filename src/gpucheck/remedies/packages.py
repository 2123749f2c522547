"""How to install Python packages into the inspected environment, with its own manager.

The PyTorch index and its forms: PyTorch's "Installing previous versions" (2026-11).
"""

from __future__ import annotations

from typing import Any

from gpucheck.compatibility.builds import Build, Machine, fits
from gpucheck.compatibility.drivers import is_newer_than_driver
from gpucheck.compatibility.framework_builds import torch_builds
from gpucheck.facts import CondaPackage, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import JETSON_MODELS
from gpucheck.remedies.projects import add_to_project, belongs_to_project
from gpucheck.shell_words import quoted
from gpucheck.tables import Tables
from gpucheck.versions import DriverCuda

PYTORCH_INDEX = "https://download.pytorch.org/whl"


def install(facts: Facts, text: str, *arguments: str, instead_of: tuple[str, ...] = ()) -> Remedy:
    """Return how to install `arguments` into the target with its own manager.

    `instead_of` names distributions that have to go first.
    """
    packages = facts.packages.value
    python = facts.target.executable or "python"
    if belongs_to_project(facts):
        return add_to_project(facts, text, arguments, instead_of)
    machine = facts.machine.value
    is_of_system = packages.environment_kind == "system" and machine.os_name == "Linux"
    if is_of_system and not (machine.is_container or machine.cloud_notebook):
        # Distributions refuse pip in their own Python (PEP 668); images have one for programs.
        made = ".venv/bin/python"
        command = quoted(facts, made, "-m", "pip", "install", *arguments)
        venv = quoted(facts, python, "-m", "venv", ".venv")
        return Remedy(f"{text} Do so in an environment of its own.", (venv, command))
    uses_uv = packages.environment_kind == "uv" or packages.has_pip is False
    pip = ("uv", "pip") if uses_uv else (python, "-m", "pip")
    option = ("--python", python) if uses_uv else ()
    yes = () if uses_uv else ("-y",)
    removal = (quoted(facts, *pip, "uninstall", *option, *yes, *instead_of),) if instead_of else ()
    return Remedy(text, (*removal, quoted(facts, *pip, "install", *option, *arguments)))


def install_torch(facts: Facts, tables: Tables) -> Remedy:
    """Return the command for the PyTorch build that fits the driver, the GPUs and the Python.

    The installed release is kept when it has a fitting build, else the newest release is taken.
    """
    is_pixi = facts.packages.value.environment_kind == "pixi"
    if is_pixi or any(p.name.startswith(("pytorch", "libtorch")) for p in _conda(facts)):
        return install_from_conda(facts, "PyTorch", "pytorch-gpu")
    build = fitting_torch(facts, tables)
    if build is None and machine_to_fit(facts) is None:
        text = "Install the PyTorch build for CUDA that is made for this machine and Python."
        return Remedy(f'{text} PyTorch\'s "Get started" page names its command.')
    if build is None:
        text = (
            "No PyTorch build in the tables fits this driver, GPU and Python together: upgrade the"
            " driver, or choose another Python."
        )
        return Remedy(text)
    # The full "+cuXXX" is needed: pip takes an installed "+cpu" of the same release for good.
    pinned = f"torch=={build.release}+{build.variant}"
    option = f"--index-url={PYTORCH_INDEX}/{build.variant}"
    if build.form == "extra-index+local":
        option = f"--extra-index-url={PYTORCH_INDEX}/{build.variant}"
    elif build.form in {"find-links", "old"}:
        option = f"--find-links={PYTORCH_INDEX}/torch_stable.html"
    installed = {d.name for d in facts.packages.value.distributions or ()}
    companions = tuple(name for name in ("torchvision", "torchaudio") if name in installed)
    text = f"Install PyTorch {build.release} built for CUDA {build.cuda}."
    if companions:
        text += f" {' and '.join(companions)} must come from the same index, to match."
    if build.is_index_default and build.form in {"find-links", "old"}:
        # Their default builds bear no "+cuXXX" anywhere: the package index has them.
        plain = f"torch=={build.release}"
        return install(facts, text, plain, *companions, instead_of=("torch", *companions))
    return install(facts, text, pinned, *companions, option, instead_of=companions)


def _conda(facts: Facts) -> tuple[CondaPackage, ...]:
    return facts.packages.value.conda_packages or ()


def install_from_conda(facts: Facts, title: str, *specs: str) -> Remedy:
    """Return how to install conda-forge's CUDA build of what conda installed before."""
    driver_cuda = facts.driver.value.driver_cuda
    pin = [f"cuda-version<={driver_cuda}"] if driver_cuda else []
    prefix = facts.target.prefix or facts.packages.value.prefix or ""
    where = ("-p", prefix) if prefix else ()
    if facts.packages.value.environment_kind == "pixi":
        command = quoted(facts, "pixi", "add", *specs, *pin)
        return Remedy("Take conda-forge's CUDA build.", (command,))
    command = quoted(facts, "conda", "install", *where, "-c", "conda-forge", *specs, *pin)
    return Remedy(f"Take conda-forge's CUDA build: {title} here comes from conda.", (command,))


def fitting_torch(facts: Facts, tables: Tables) -> Build | None:
    """Return the best build for this machine: the installed release first, then the newest."""
    machine = machine_to_fit(facts)
    if machine is None:
        return None
    # What is only announced, or compiled for nobody knows which GPUs, is never proposed.
    sure = (build for build in torch_builds(tables) if build.targets and build.is_confirmed)
    builds = [build for build in sure if fits(build, machine, tables)]
    installed = facts.frameworks.get("torch")
    release = installed.value.release if installed else None
    driver_cuda = facts.driver.value.driver_cuda
    return max(builds, key=lambda build: _preference(build, release, driver_cuda), default=None)


def _preference(
    build: Build, installed: str | None, driver_cuda: DriverCuda | None
) -> tuple[Any, ...]:
    """Rank a build: installed release, newest release, no newer than the driver, default."""
    from packaging.version import InvalidVersion, Version  # 4 ms, needed only for a remedy

    version = Version(build.release)
    try:
        is_installed = installed is not None and Version(installed).public == version.public
    except InvalidVersion:
        is_installed = False
    # Code compiled at run time (Triton) needs a driver as new as the build.
    jit_works = driver_cuda is None or not is_newer_than_driver(build.cuda, driver_cuda)
    return is_installed, version, jit_works, build.is_index_default, build.cuda.parts


def machine_to_fit(facts: Facts) -> Machine | None:
    """Return what a build has to fit; None: there are no wheels for such a machine."""
    machine, packages = facts.machine.value, facts.packages.value
    platform = {
        ("Linux", "x86_64"): "linux_x86_64",
        ("Linux", "aarch64"): "linux_aarch64",
        ("Windows", "AMD64"): "win_amd64",
    }.get((machine.os_name or "", machine.architecture or ""))
    is_usual = packages.python_implementation == "CPython" and packages.python_bits == 64  # noqa: PLR2004
    # What the indexes have for aarch64 is made for servers: Jetson takes builds of its own.
    is_jetson = (machine.hardware_model or "").startswith(JETSON_MODELS)
    if is_jetson or not (platform and packages.python_release and is_usual):
        return None
    if machine.libc_name == "musl":
        return None
    capabilities = (gpu.compute_capability for gpu in facts.visible_gpus)
    return Machine(
        platform=platform,
        python=".".join(packages.python_release.split(".")[:2]),
        # Without a driver any build will do: the newest driver, to be installed, runs them all.
        driver=facts.driver.value.driver_release,
        driver_os=facts.driver_os,
        capabilities=tuple(filter(None, capabilities)),
    )
