"""Which torchvision, torchaudio and add-ons belong to a PyTorch, and how to install them."""

from __future__ import annotations

from gpucheck.compatibility.installed import is_from_conda, releases, version_of
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install, install_from_conda
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.suggest.wishes import COMPANIONS
from gpucheck.tables import Tables


def addon_for(package: str, torch: str, facts: Facts, tables: Tables) -> str | None:
    """Return the newest release of a companion or an add-on for a torch; None: none is known."""
    from gpucheck.suggest.environment import release_beside_torch

    return release_beside_torch(package, torch, facts, tables)


def install_companions(facts: Facts, tables: Tables) -> Remedy:
    """Return how to install the companions that belong to the installed torch."""
    installed = releases(facts)
    present = tuple(name for name in COMPANIONS if name in installed)
    part = facts.frameworks.get("torch")
    torch = part.value.release if part else installed.get("torch")
    version = version_of(torch)
    if is_from_conda(facts, "pytorch", "libtorch"):
        return install_from_conda(facts, "PyTorch", "pytorch", *present)
    matching = {
        name: addon_for(name, torch or "", facts, tables) for name in present or ("torchvision",)
    }
    if torch is None or version is None or None in matching.values():
        text = "Install PyTorch, torchvision and torchaudio together, from one index:"
        return Remedy(f"{text} each release of PyTorch has its own releases of the other two.")
    wanted = [f"{name}=={release}" for name, release in matching.items()]
    text = f"To PyTorch {torch} belong {' and '.join(wanted).replace('==', ' ')}."
    local = version.local or ""
    if local.startswith("cu") or local == "cpu":
        option = f"--index-url={PYTORCH_INDEX}/{local}"
        return install(facts, text, *wanted, option, instead_of=present)
    return install(facts, text, *wanted, instead_of=present)
