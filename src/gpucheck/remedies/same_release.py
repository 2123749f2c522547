"""How to install again exactly what is installed."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.facts import Facts, Framework
from gpucheck.findings import Remedy
from gpucheck.remedies.one_owner import conda_remove, left_to_conda
from gpucheck.remedies.packages import install
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX

FROM_PYTORCH = ("torch", "torchaudio", "torchvision")


def reinstall_same(facts: Facts, text: str, *names: str) -> Remedy:
    """Return how to install packages anew in their releases, and nothing else."""
    return left_to_conda(facts, text, names) or _anew(facts, text, *names)


def out_of_conda(facts: Facts, build: Framework, package: str) -> Remedy:
    """Return how to take conda's package out and install the framework anew with pip."""
    name = build.distribution or build.name
    text = f"Take conda's {package} out, then install {name} anew with pip."
    removed = conda_remove(facts, text, package)
    return Remedy(removed.text, (*removed.commands, *_anew(facts, text, name).commands))


def _anew(facts: Facts, text: str, *names: str) -> Remedy:
    """Return pip's command, or words where a release is not certain: pip would take the newest.

    Without their dependencies: a newer NumPy or CUDA is not what is asked for.
    """
    known = {name: _release(name, facts) for name in names}
    unsure = ", ".join(name for name, release in known.items() if release is None)
    if unsure:
        return Remedy(f"{text} Which release of {unsure} was meant has to be told to pip.")
    uses_uv = facts.packages.value.environment_kind == "uv" or facts.packages.value.has_pip is False
    option = "--reinstall" if uses_uv else "--force-reinstall"
    return install(facts, text, option, "--no-deps", *_wanted(known))


def _release(name: str, facts: Facts) -> str | None:
    """Return the one release of which pip has metadata; of several the one that was imported."""
    listed = facts.packages.value.distributions or ()
    found = {d.release for d in listed if d.name == name and d.installer != "conda"}
    if len(found) == 1:
        return found.pop()
    parts = (part for part in facts.frameworks.values() if part.is_ok)
    builds = [part.value for part in parts if not part.value.import_failure]
    return next((build.release for build in builds if build.distribution == name), None)


def _wanted(known: dict[str, str | None]) -> Iterator[str]:
    """Yield what pip is asked for: each in its release, and its index."""
    for name, release in known.items():
        yield f"{name}=={release}"
        variant = (release or "").partition("+")[2]
        if variant and name in FROM_PYTORCH:
            yield f"--extra-index-url={PYTORCH_INDEX}/{variant}"
