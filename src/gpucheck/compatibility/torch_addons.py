"""For which torch an installed add-on was built, and whether that is the torch that is here.

Sources: what the installed distribution requires itself; the table addon_wheels; and the endings
by which flash-attn and PyTorch Geometric name their wheels (their release pages, 2026-11):

    flash-attn 2.7.4+cu12torch2.5cxx11abifalse      torch 2.5, CUDA 12
    torch-scatter 2.1.2+pt25cu124                   torch 2.5, CUDA 12.4
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.installed import accepts, version_of
from gpucheck.compatibility.pins import target_environment
from gpucheck.compatibility.requirements import linux_environment, specifiers_by_name
from gpucheck.facts import Distribution, Facts
from gpucheck.tables import Known, Tables

COMPILED = {"vllm", "xformers"}
"""Add-ons whose pin is that of their compiled code; what others ask for may be broader."""
OTHER_RULES = {"torchvision", "torchaudio"}

_FLASH = re.compile(r"cu\d+torch(\d+\.\d+)")
_GEOMETRIC = re.compile(r"pt(\d)(\d+)(?:cu\d+|cpu)")


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """An add-on for another torch."""

    package: str
    release: str
    wants: str  # "torch==2.4.0", "torch 2.5"
    says: str  # who says so
    is_compiled: bool  # whether its machine code is for that very torch


def clashes_with_torch(torch: str, facts: Facts, tables: Tables) -> Iterator[Clash]:
    """Yield the installed add-ons that are not for this torch."""
    for each in facts.packages.value.distributions or ():
        if each.name in OTHER_RULES or not each.release or each.is_editable:
            continue
        named = _named_torch(each.release)
        if named is not None:
            if _minor(torch) not in {None, named}:
                yield Clash(
                    package=each.name,
                    release=each.release,
                    wants=f"torch {named}",
                    says="its release says so",
                    is_compiled=True,
                )
            continue
        wanted, says = _required(each, facts, tables)
        if wanted and accepts(wanted, torch) is False:
            yield Clash(
                package=each.name,
                release=each.release,
                wants=f"torch{wanted}",
                says=says,
                is_compiled=each.name in COMPILED,
            )


def torch_of_companion(package: str, release: str, tables: Tables) -> str | None:
    """Return the torch that a release of torchvision or torchaudio requires; None: not known."""
    public = release.partition("+")[0]
    found = tables.torch_companions.find(
        f"{package} {public}", lambda row: (row.package, row.release) == (package, public)
    )
    return found.value.torch if isinstance(found, Known) else None


def different_cuda(companion: str, torch: str) -> tuple[str, str] | None:
    """Return both endings where each names its CUDA and the majors differ."""
    ours, theirs = companion.partition("+")[2], torch.partition("+")[2]
    if not all(local == "cpu" or local.startswith("cu") for local in (ours, theirs)):
        return None
    return (ours, theirs) if ours[:4] != theirs[:4] else None


def triton_clash(torch: str, facts: Facts) -> Clash | None:
    """Return the installed Triton when torch itself asks for another release of it."""
    installed = {d.name: d for d in reversed(facts.packages.value.distributions or ())}
    triton, owner = installed.get("triton"), installed.get("torch")
    if triton is None or owner is None or not triton.release:
        return None
    wanted = _specifier(owner, "triton", facts)
    if not wanted or accepts(wanted, triton.release) is not False:
        return None
    return Clash(
        package="triton",
        release=triton.release,
        wants=f"triton{wanted}",
        says=f"what torch {torch} requires",
        is_compiled=False,
    )


def _named_torch(release: str) -> str | None:
    local = release.partition("+")[2]
    flash, geometric = _FLASH.search(local), _GEOMETRIC.search(local)
    if flash:
        return flash[1]
    return f"{geometric[1]}.{geometric[2]}" if geometric else None


def _minor(torch: str) -> str | None:
    version = version_of(torch)
    if version is None or version.is_prerelease:
        return None
    return ".".join(map(str, version.release[:2]))


def _required(each: Distribution, facts: Facts, tables: Tables) -> tuple[str, str]:
    """Return the torch that an add-on asks for, and who says so; "": any, or not known."""
    if facts.origin == "live" or each.requires:
        return _specifier(each, "torch", facts), "its own metadata"
    public = each.release.partition("+")[0] if each.release else ""
    table = tables.addon_wheels
    for row in table.rows:
        if (row.package, row.release) == (each.name, public):
            return row.torch or "", table.source_of(row)
    return "", ""


def _specifier(owner: Distribution, name: str, facts: Facts) -> str:
    """Return what a distribution requires of another; "": anything."""
    python = ".".join((facts.packages.value.python_release or "3.12").split(".")[:2])
    environment = target_environment(facts) or linux_environment(python)
    try:
        found = specifiers_by_name(owner.requires, environment)
    except ValueError:  # it is no requirement
        return ""
    return str(found.get(name, ""))
