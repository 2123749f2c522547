"""For which Pythons a framework's release has wheels, by the tables.

In: a line in which pip refuses a requirement ("No matching distribution found for torch==1.13.1"),
or an installed build. Out: what is on offer; None where the tables do not know the release.
"""

from __future__ import annotations

import re

import msgspec

from gpucheck.compatibility.builds import has_python
from gpucheck.compatibility.framework_builds import BUILDS
from gpucheck.compatibility.installed import version_of
from gpucheck.compatibility.release_wheels import wheels_of
from gpucheck.facts import Facts, Framework
from gpucheck.tables import Tables

_ASKED = re.compile(r"\b(torch|tensorflow|tensorflow-gpu|jax|numba|onnxruntime-gpu)==([\w.+!]+)")
_FRAMEWORK_OF = {"tensorflow-gpu": "tensorflow", "onnxruntime-gpu": "onnxruntime"}
_PLATFORMS = {
    ("Linux", "x86_64"): "linux_x86_64",
    ("Linux", "aarch64"): "linux_aarch64",
    ("Windows", "AMD64"): "win_amd64",
}


class Offer(msgspec.Struct, frozen=True):
    """What there is of a release."""

    name: str  # "torch"
    release: str  # "1.13.1+cu117", as it was asked for
    pythons: tuple[str, ...]  # oldest first
    python: str | None  # the one that asked; None: not known
    release_for_python: str | None  # the newest with wheels for it

    @property
    def what(self) -> str:
        """The release in words."""
        return f"{self.name} {self.release}"

    @property
    def says(self) -> str:
        """The offer in words."""
        has = f"{self.what} has wheels for Python {', '.join(self.pythons)}"
        if self.python is None:
            return f"pip finds no wheel of {self.what} that fits this Python and system: {has}."
        if has_python(self.pythons, self.python):
            return f"{has}: this Python is among them, so the index that pip asked lacks it."
        return f"{has}, and this is Python {self.python}."

    @property
    def variant(self) -> str | None:
        """What PyTorch's own index alone has: "cu117"."""
        is_cuda = self.name == "torch" and "+cu" in self.release
        return self.release.partition("+")[2] if is_cuda else None


def asked_for(line: str, facts: Facts, tables: Tables) -> Offer | None:
    """Return what there is of the release that pip names in a line."""
    found = _ASKED.search(line)
    if found is None:
        return None
    python = _python_of(facts)
    name, release = found[1], found[2].rstrip(".")
    offered = _pythons(name, facts, tables)
    return _offer(name, release, release.partition("+")[0], offered, python)


def last_cuda_python(build: Framework, facts: Facts, tables: Tables) -> Offer | None:
    """Return the CUDA builds of an installed CPU build's release, if this Python has none of them.

    Only for what pip installed from a wheel: conda and own builds have other Pythons.
    """
    python = _python_of(facts)
    owners = [d for d in facts.packages.value.distributions or () if d.name == build.distribution]
    is_wheel = any(owner.wheel_tags and owner.installer != "conda" for owner in owners)
    machine = facts.machine.value
    platform = _PLATFORMS.get((machine.os_name or "", machine.architecture or ""))
    if python is None or platform is None or not is_wheel or build.name not in BUILDS:
        return None
    release = (build.release or "").partition("+")[0]
    offered: dict[str, set[str]] = {}
    for each in BUILDS[build.name](tables):
        if each.platform == platform:
            offered.setdefault(each.release, set()).update(each.python)
    if release not in offered or has_python(tuple(offered[release]), python):
        return None
    return _offer(build.name, build.release or release, release, offered, python)


def _offer(
    name: str, asked: str, release: str, offered: dict[str, set[str]], python: str | None
) -> Offer | None:
    if not offered.get(release):
        return None
    pythons = tuple(sorted(offered[release], key=_order))
    fitting = [v for r, has in offered.items() if python and has_python(tuple(has), python)
               and (v := version_of(r))]  # fmt: skip
    newest = max(fitting, default=None)
    return Offer(name, asked, pythons, python, str(newest) if newest else None)


def _pythons(name: str, facts: Facts, tables: Tables) -> dict[str, set[str]]:
    machine = facts.machine.value
    platform = _PLATFORMS.get((machine.os_name or "", machine.architecture or ""))
    offered: dict[str, set[str]] = {}
    for wheel in wheels_of(_FRAMEWORK_OF.get(name, name), tables):
        is_asked = wheel.package in {None, name}
        if is_asked and (platform is None or {platform, "any"} & {*wheel.platforms}):
            offered.setdefault(wheel.release, set()).update(wheel.python)
    return offered


def _python_of(facts: Facts) -> str | None:
    release = facts.packages.value.python_release
    return ".".join(release.split(".")[:2]) if release else None


def _order(python: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", python)))
