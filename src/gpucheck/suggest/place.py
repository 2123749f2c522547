"""Where a plan is carried out, and the steps that carry it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from gpucheck.compatibility.installed import is_from_conda, releases, version_of
from gpucheck.facts import Facts
from gpucheck.shell_words import quoted_for
from gpucheck.suggest.plan import Plan

Command = tuple[str, ...]
"""A command's words, not yet quoted."""

_OWNERS = {
    "cupy": re.compile(r"cupy(-cuda\d+x?|-rocm.*)?"),
    "onnxruntime": re.compile(r"onnxruntime(-gpu|-rocm|-training|-directml|-openvino)?"),
    "tensorflow": re.compile(r"(tensorflow|tf-nightly)(-cpu|-gpu|-rocm|-intel)?"),
}
"""Distributions that install the same modules (their wheels' contents, 2026-11)."""
_CONDA_FAMILIES = {"torch": ("pytorch", "libtorch")}
"""How conda's packages of a framework begin, where not as it is called itself."""
_JAX_PLUGIN = re.compile(r"jax-(?:cuda|rocm)(\d+)")


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
    facts: Facts,
    names: Iterable[str],
    manager: str | None = None,
    mirror: str | None = None,
    *,
    is_described: bool = False,
) -> Place:
    """Return the place that facts describe, with the manager that its environment uses for `names`.

    Of an environment that is only described the interpreter is not known.
    """
    packages, machine = facts.packages.value, facts.machine.value
    is_image = bool(machine.is_container or machine.cloud_notebook)
    driver_cuda = facts.driver.value.driver_cuda or facts.cuda_driver.value.driver_cuda
    is_system = packages.environment_kind == "system" and machine.os_name == "Linux"
    return Place(
        manager=manager or manager_of(facts, names),
        python=None if is_described else facts.target.executable,
        prefix=None if is_described else facts.target.prefix or packages.prefix,
        os_name=machine.os_name,
        is_of_system=not is_described and is_system and not is_image,
        mirror=mirror,
        installed={} if is_described else _installed(facts),
        driver_cuda=str(driver_cuda) if driver_cuda else None,
    )


def _installed(facts: Facts) -> dict[str, str]:
    """Return what is installed; a report may name a framework without listing distributions."""
    builds = (part.value for part in facts.installed.values())
    named = {build.distribution or build.name: build.release or "" for build in builds}
    return {**named, **{name: release or "" for name, release in releases(facts).items()}}


def manager_of(facts: Facts, names: Iterable[str]) -> str:
    """Return what frameworks are managed with in an environment; pip where nothing tells.

    conda counts where it has installed one of them itself: over pip's torch it would put another.
    """
    packages = facts.packages.value
    kind = packages.environment_kind
    if kind in {"pixi", "poetry"}:
        return str(kind)
    families = tuple(family for name in names for family in _CONDA_FAMILIES.get(name, (name,)))
    if families and is_from_conda(facts, *families):
        return "conda"
    return "uv" if kind == "uv" or packages.has_pip is False else "pip"


def is_there(plan: Plan, place: Place) -> bool:
    """Tell whether all that a plan asks for is installed already, in the builds that it names."""
    offers = [choice.offer for choice in plan.choices]
    versions = {offer: version_of(place.installed.get(offer.distribution)) for offer in offers}
    is_same = all(
        there is not None
        and there.public == offer.version.public
        and offer.variant in {None, there.local}
        for offer, there in versions.items()
    )
    return is_same and not in_the_way(plan, place)


def in_the_way(plan: Plan, place: Place) -> tuple[str, ...]:
    """Return the installed distributions that have to go before a plan is carried out.

    They own the modules of others that are wanted; or they are another build of the very release,
    which pip would take for the wanted one ("2.9.1+cpu" is a 2.9.1).
    """
    return tuple(sorted({*_other_owners(plan, place), *other_builds(plan, place)}))


def _other_owners(plan: Plan, place: Place) -> Iterator[str]:
    for name, owner in _OWNERS.items():
        if name in plan.names:
            owners = set(filter(owner.fullmatch, place.installed))
            # One that goes takes files along that another still needs: so all of them go.
            yield from owners if owners - plan.distributions else ()
    majors = {str(c.offer.cuda_major) for c in plan.choices if c.offer.name == "jax"}
    for each in place.installed if majors else ():
        plugin = _JAX_PLUGIN.match(each)
        if plugin and plugin[1] not in majors:
            yield each


def other_builds(plan: Plan, place: Place) -> Iterator[str]:
    """Yield what is installed in the very release that is wanted, but of another build."""
    for choice in plan.choices:
        offer = choice.offer
        there = version_of(place.installed.get(offer.distribution))
        if not there or there.public != offer.version.public or offer.variant:
            continue
        own = f"cu{''.join(map(str, offer.build.cuda.parts[:2]))}" if offer.build else None
        if there.local and there.local != own:
            yield offer.distribution
