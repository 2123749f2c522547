"""How to mend an environment whose Python packages stand in each other's way.

Pure. Every command names the inspected interpreter; where the packages come from conda or the
environment is not known, there are words.
"""

from __future__ import annotations

import shlex

from gpucheck.compatibility.installed import releases, version_of
from gpucheck.facts import Distribution, Facts, Framework
from gpucheck.findings import Remedy
from gpucheck.remedies import install
from gpucheck.tables import Tables


def keep_one(facts: Facts, text: str, wanted: str, owners: tuple[str, ...]) -> Remedy:
    """Return how to take out all `owners` of a module and install the one that is wanted.

    All have to go first: an uninstalled one takes files along that another still needs.
    """
    return install(facts, text, wanted, instead_of=owners)


def reinstall(facts: Facts, text: str, *wanted: str) -> Remedy:
    """Return how to install packages anew over what is there."""
    uses_uv = facts.packages.value.environment_kind == "uv" or facts.packages.value.has_pip is False
    return install(facts, text, "--reinstall" if uses_uv else "--force-reinstall", *wanted)


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
    return install(facts, text, "numpy<2")


def installed_numpy_2(facts: Facts) -> str | None:
    """Return the release of NumPy, when it is 2 or newer."""
    release = releases(facts).get("numpy")
    version = version_of(release)
    return release if version is not None and version.major >= 2 else None  # noqa: PLR2004


def conda_remove(facts: Facts, text: str, package: str) -> Remedy:
    """Return how to take a package, and what depends on it, out of a conda environment."""
    if facts.packages.value.environment_kind == "pixi":
        return Remedy(text, (shlex.join(["pixi", "remove", package]),))
    prefix = facts.target.prefix or facts.packages.value.prefix
    where = f'-p "{prefix}" ' if facts.machine.value.os_name == "Windows" else ""
    if prefix and not where:
        where = f"-p {shlex.quote(prefix)} "
    warning = "conda lists what else goes with it before it asks."
    return Remedy(f"{text} {warning}", (f"conda remove {where}{package}",))


def out_of_conda(facts: Facts, build: Framework, package: str, torch_index: str) -> Remedy:
    """Return how to take conda's package out and install the framework anew with pip."""
    text = f"Take conda's {package} out, then install {build.distribution} anew with pip."
    removed = conda_remove(facts, text, package)
    wanted = [f"{build.distribution}=={build.release}"]
    variant = (build.release or "").partition("+")[2]
    if build.name == "torch" and variant:
        wanted.append(f"--index-url={torch_index}/{variant}")
    return Remedy(removed.text, (*removed.commands, *reinstall(facts, text, *wanted).commands))
