"""How to install Python packages into the inspected environment, with its own manager."""

from __future__ import annotations

from gpucheck.compatibility.builds import Build
from gpucheck.facts import CondaPackage, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.projects import add_to_project, belongs_to_project
from gpucheck.remedies.solved import install_plan
from gpucheck.shell_words import quoted
from gpucheck.tables import Tables


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
    from gpucheck.suggest import situation_of
    from gpucheck.suggest.environment import torch_plan

    plan = torch_plan(facts, tables)
    situation = situation_of(facts, tables)
    if plan is None and (situation.obstacle or situation.is_cpu):
        text = "Install the PyTorch build for CUDA that is made for this machine and Python."
        return Remedy(f'{text} PyTorch\'s "Get started" page names its command.')
    if plan is None:
        text = (
            "No PyTorch build in the tables fits this driver, GPU and Python together: upgrade the"
            " driver, or choose another Python."
        )
        return Remedy(text)
    torch, *companions = (choice.offer for choice in plan.choices)
    text = (
        f"Install PyTorch {torch.release} built for CUDA {torch.build.cuda if torch.build else ''}."
    )
    if companions:
        names = " and ".join(each.package for each in companions)
        text += f" {names} must be of the same build, to match."
    return install_plan(facts, text, plan)


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
    from gpucheck.suggest.environment import best_offer

    offer = best_offer("torch", facts, tables)
    return offer.build if offer else None
