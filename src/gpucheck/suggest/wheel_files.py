"""The exact names of a plan's wheels, and how to install them where there is no network.

Source of the names: the binary distribution format and the platform tags of the packaging
specifications (2026-11). Which further wheels they need only a resolver can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from gpucheck.suggest.offer import Offer
from gpucheck.suggest.pip_commands import index_options
from gpucheck.suggest.place import Command, Place, Steps
from gpucheck.suggest.plan import Plan

FOLDER = "wheels"
FIRST_WITHOUT_M = (3, 8)
"""Until Python 3.7 the ABI tag ends in "m": cp37m."""
FIRST_MANYLINUX_ON_PYTORCH = "2.6"
_PLAIN = {
    "win_amd64": "win_amd64",
    "linux_x86_64": "x86_64",
    "linux_aarch64": "aarch64",
}
_MACOS = (14, 13, 12, 11)
_USUAL_GLIBC = 28
_OLDEST_GLIBC = 5
"""pip takes exactly the tags that it is told; wheels have any from manylinux_2_5 on (PEP 600)."""
_LEGACY = {"2.5": "manylinux1", "2.12": "manylinux2010", "2.17": "manylinux2014"}


def offline_steps(plan: Plan, place: Place) -> Steps:
    """Return the commands for a machine with network and for the one without."""
    python = place.python or "python"
    options = index_options(plan, place)
    tags = [word for tag in platform_tags(plan) for word in ("--platform", tag)]
    target = ("--only-binary=:all:", "--implementation=cp", "--python-version")
    asked = plan.requirements_of_wheels
    download: Command = (
        *("python", "-m", "pip", "download", "-d", FOLDER),
        *target,
        plan.situation.python,
        *tags,
        *asked,
        *options,
    )
    offline = ("--no-index", f"--find-links={FOLDER}")
    install: Command = (python, "-m", "pip", "install", *offline, *asked)
    names = ", ".join(wheel_names(plan))
    what = f"{names} and what they require" if names else "all of it"
    later = plan.requirements_of_sources
    compiled = f" {', '.join(later)} is compiled there: take its source along." if later else ""
    notes = (
        f"Where there is a network; it fetches {what}.{compiled}",
        f"Then, with the folder {FOLDER} beside you, where there is none.",
    )
    return Steps(commands=(download, install), notes=notes)


def wheel_names(plan: Plan) -> tuple[str, ...]:
    """Return the file name of each chosen wheel, as far as its tags are known."""
    return tuple(name for choice in plan.choices for name in _name(choice.offer, plan))


def platform_tags(plan: Plan) -> tuple[str, ...]:
    """Return the tags that pip has to accept for a plan, the newest glibc first."""
    platform = plan.situation.platform
    if platform.startswith("macos"):
        machine = platform.removeprefix("macos_")
        return tuple(f"macosx_{release}_0_{machine}" for release in _MACOS)
    if not platform.startswith("linux"):
        return (platform,)
    machine = _PLAIN[platform]
    here = plan.situation.machine.glibc
    needed = [int(c.offer.glibc.split(".")[1]) for c in plan.choices if c.offer.glibc]
    limit = int(here.split(".")[1]) if here else max([*needed, _USUAL_GLIBC])
    minors = range(limit, _OLDEST_GLIBC - 1, -1)
    kept = [f"manylinux_2_{minor}_{machine}" for minor in minors]
    legacy = [f"{tag}_{machine}" for tag in ("manylinux2014", "manylinux2010", "manylinux1")]
    return (*kept, *legacy, f"linux_{machine}")


def _name(offer: Offer, plan: Plan) -> Iterator[str]:
    if not offer.is_wheel or offer.platform.startswith("macos"):
        return
    local = f"+{offer.variant}" if offer.variant else ""
    package = offer.distribution.replace("-", "_")
    python, abi = _python_tags(offer, plan.situation.python)
    platform = _platform_tag(offer, plan)
    if platform:
        yield f"{package}-{offer.release}{local}-{python}-{abi}-{platform}.whl"


def _python_tags(offer: Offer, python: str) -> tuple[str, str]:
    """Return the tags of Python and ABI: ("cp312", "cp312"), ("cp39", "abi3"), ("py3", "none")."""
    if python in offer.python:
        tag = f"cp{python.replace('.', '')}"
        numbers = tuple(map(int, re.findall(r"\d+", python)))
        return tag, tag if numbers >= FIRST_WITHOUT_M else f"{tag}m"
    since = [each.rstrip("+") for each in offer.python if each.endswith("+")]
    return (f"cp{since[0].replace('.', '')}", "abi3") if since else ("py3", "none")


def _platform_tag(offer: Offer, plan: Plan) -> str | None:
    """Return the platform's tag; None: the tables do not tell it."""
    if offer.platform == "win_amd64":
        return offer.platform
    machine = _PLAIN[offer.platform]
    if offer.variant:
        torch = next(c.offer.version for c in plan.choices if c.offer.name == "torch")
        is_new = torch >= Version(FIRST_MANYLINUX_ON_PYTORCH)
        return f"manylinux_2_28_{machine}" if is_new else f"linux_{machine}"
    if offer.glibc is None:
        return None
    minor = offer.glibc.split(".")[1]
    plain = f"manylinux_2_{minor}_{machine}"
    legacy = _LEGACY.get(offer.glibc)
    return f"{legacy}_{machine}" if legacy else plain
