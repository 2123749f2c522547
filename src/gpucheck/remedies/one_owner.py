"""How to mend an environment whose Python packages stand in each other's way.

Pure. Every command names the inspected interpreter or environment. What conda installed is left to
conda: a command where its packages are named alike, else words.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from gpucheck.compatibility.installed import releases, version_of
from gpucheck.facts import Distribution, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies import install
from gpucheck.tables import Tables

_END_OF_NAME = re.compile(r"[\s<>=!~;\[(]")


def keep_one(facts: Facts, text: str, wanted: str, owners: tuple[str, ...]) -> Remedy:
    """Return how to take out all `owners` of a module and install the one that is wanted.

    All have to go first: an uninstalled one takes files along that another still needs.
    """
    return left_to_conda(facts, text, owners) or install(facts, text, wanted, instead_of=owners)


def change_releases(facts: Facts, text: str, *requirements: str) -> Remedy:
    """Return how to install other releases, with conda where conda installed the present ones."""
    names = {_END_OF_NAME.split(requirement)[0] for requirement in requirements}
    listed = {package.name for package in facts.packages.value.conda_packages or ()}
    if is_from_conda(installed_named(facts, *names)) and names <= listed:
        return Remedy(text, (_conda(facts, "install", *requirements),))
    return left_to_conda(facts, text, names) or install(facts, text, *requirements)


def left_to_conda(facts: Facts, text: str, names: Iterable[str]) -> Remedy | None:
    """Return words where conda installed some of these; pip would overwrite its files."""
    here = installed_named(facts, *names)
    of_conda = sorted({each.name for each in here if each.installer == "conda"})
    if not of_conda:
        return None
    return Remedy(
        f"{text} conda installed {', '.join(of_conda)}: do it with conda, since pip would overwrite"
        " conda's files."
    )


def plain_tensorflow(release: str | None, tables: Tables) -> str:
    """Return what pip is asked for: TensorFlow of a release, with its CUDA where it brings it."""
    rows = [row for row in tables.tensorflow_wheels.rows if row.package == "tensorflow"]
    public = (release or "").partition("+")[0]
    known = [row for row in rows if row.release == public]
    if not known:
        return "tensorflow[and-cuda]"
    extra = "[and-cuda]" if any(row.and_cuda for row in known) else ""
    return f"tensorflow{extra}=={public}"


def is_from_conda(distributions: tuple[Distribution, ...]) -> bool:
    """Tell whether conda installed all of these: it solves by its own metadata."""
    return bool(distributions) and all(each.installer == "conda" for each in distributions)


def installed_named(facts: Facts, *names: str) -> tuple[Distribution, ...]:
    """Return the installed distributions of these names."""
    return tuple(d for d in facts.packages.value.distributions or () if d.name in names)


def numpy_below_2(facts: Facts, text: str) -> Remedy:
    """Return how to go back to the last NumPy 1."""
    return change_releases(facts, text, "numpy<2")


def installed_numpy_2(facts: Facts) -> str | None:
    """Return the release of NumPy, when it is 2 or newer."""
    release = releases(facts).get("numpy")
    version = version_of(release)
    return release if version is not None and version.major >= 2 else None  # noqa: PLR2004


def conda_remove(facts: Facts, text: str, package: str) -> Remedy:
    """Return how to take a package, and what depends on it, out of a conda environment."""
    command = _conda(facts, "remove", package)
    if command.startswith("pixi"):
        return Remedy(text, (command,))
    return Remedy(f"{text} conda lists what else goes with it before it asks.", (command,))


def _conda(facts: Facts, verb: str, *packages: str) -> str:
    """Return conda's command for the inspected environment, or pixi's in its project."""
    quote = '"{}"'.format if facts.machine.value.os_name == "Windows" else shlex.quote
    named = [quote(package) for package in packages]
    if facts.packages.value.environment_kind == "pixi":
        return " ".join(["pixi", "add" if verb == "install" else verb, *named])
    prefix = facts.target.prefix or facts.packages.value.prefix
    where = ["-p", quote(prefix)] if prefix else []
    return " ".join(["conda", verb, *where, *named])
