"""How to install again exactly what is installed."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.one_owner import reinstall
from gpucheck.remedies.packages import PYTORCH_INDEX

FROM_PYTORCH = ("torch", "torchaudio", "torchvision")


def reinstall_same(facts: Facts, text: str, *names: str) -> Remedy:
    """Return how to install packages anew in their releases, and nothing else.

    Without their dependencies: a newer NumPy or CUDA is not what is asked for.
    """
    return reinstall(facts, text, "--no-deps", *_as_installed(facts, names))


def _as_installed(facts: Facts, names: tuple[str, ...]) -> Iterator[str]:
    """Yield what pip is asked for: each in its release, where that is one, and its index."""
    for name in names:
        found = {d.release for d in facts.packages.value.distributions or () if d.name == name}
        release = next(iter(found)) if len(found) == 1 else None
        yield f"{name}=={release}" if release else name
        variant = (release or "").partition("+")[2]
        if variant and name in FROM_PYTORCH:
            yield f"--extra-index-url={PYTORCH_INDEX}/{variant}"
