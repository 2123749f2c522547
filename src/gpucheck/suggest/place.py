"""Where a plan is carried out, and the steps that carry it out."""

from __future__ import annotations

import msgspec

from gpucheck.facts import Facts
from gpucheck.shell_words import quoted_for

Command = tuple[str, ...]
"""A command's words, not yet quoted."""

_OF_MODULES = (
    ("cupy", "cupy-", ()),
    ("onnxruntime", "onnxruntime", ()),
    ("tensorflow", "tensorflow-", ("tensorflow-io", "tensorflow-estimator", "tensorflow-metal")),
    ("jax", ("jax-cuda", "jax-rocm"), ()),
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An environment to install into."""

    manager: str  # "pip", "uv", "conda"
    python: str | None = None  # the interpreter: "/env/bin/python"; None: whichever is active
    prefix: str | None = None  # the environment's folder
    os_name: str | None = None  # "Windows" quotes otherwise
    is_of_system: bool = False  # distributions refuse pip in their own Python (PEP 668)
    mirror: str | None = None  # an index that stands for the package index
    installed: dict[str, str] = {}  # distribution → release
    driver_cuda: str | None = None

    def shown(self, command: Command) -> str:
        """Return a command, quoted for the shell of the place."""
        return quoted_for(self.os_name, *command)


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """What to type, in order, and what to know beside it."""

    commands: tuple[Command, ...]
    notes: tuple[str, ...] = ()
    file: str | None = None  # text to add to a file that `notes` name


def place_of(
    facts: Facts, manager: str | None = None, mirror: str | None = None, *, is_described: bool
) -> Place:
    """Return the place that facts describe, with the manager that its environment uses.

    Of an environment that is only described the interpreter is not known.
    """
    packages, machine = facts.packages.value, facts.machine.value
    is_image = bool(machine.is_container or machine.cloud_notebook)
    driver_cuda = facts.driver.value.driver_cuda
    return Place(
        manager=manager or manager_of(facts),
        python=None if is_described else facts.target.executable,
        prefix=None if is_described else facts.target.prefix or packages.prefix,
        os_name=machine.os_name,
        is_of_system=not is_described and packages.environment_kind == "system" and not is_image,
        mirror=mirror,
        installed={}
        if is_described
        else {d.name: d.release or "" for d in reversed(packages.distributions or ())},
        driver_cuda=str(driver_cuda) if driver_cuda else None,
    )


def manager_of(facts: Facts) -> str:
    """Return what the environment is managed with; pip where nothing tells."""
    packages = facts.packages.value
    kind = packages.environment_kind
    if kind in {"pixi", "poetry"}:
        return str(kind)
    frameworks = ("pytorch", "libtorch", "tensorflow", "jax", "cupy", "numba", "onnxruntime")
    if any(package.name.startswith(frameworks) for package in packages.conda_packages or ()):
        return "conda"
    return "uv" if kind == "uv" or packages.has_pip is False else "pip"


def in_the_way(place: Place, names: set[str], wanted: set[str]) -> tuple[str, ...]:
    """Return the installed distributions that own the modules of others that are wanted."""
    found = []
    for name, prefixes, spared in _OF_MODULES:
        if name in names:
            owners = (each for each in place.installed if each.startswith(prefixes))
            found += [each for each in owners if each not in wanted | {*spared}]
    return tuple(sorted(found))
