"""Which torchvision, torchaudio and add-ons belong to a PyTorch, and how to install them."""

from __future__ import annotations

from gpucheck.compatibility.builds import has_python
from gpucheck.compatibility.installed import accepts, is_from_conda, releases, version_of
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install, install_from_conda
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.suggest.wishes import COMPANIONS
from gpucheck.tables import Tables


def companion_for(package: str, torch: str, facts: Facts, tables: Tables) -> str | None:
    """Return the newest release of a companion that belongs to a torch; None: none is known."""
    rows = [row for row in tables.torch_companions.rows if row.package == package]
    same = [r for r in rows if r.torch and accepts(r.torch, torch) and _fits(r.python, facts)]
    # Where a release takes any newer torch, the one that was made for this very torch is better.
    exact = [row for row in same if row.torch and row.torch.startswith("==")]
    return _newest([row.release for row in exact or same])


def addon_for(package: str, torch: str, facts: Facts, tables: Tables) -> str | None:
    """Return the newest release of an add-on whose wheels are for a torch; None: none is known."""
    rows = [row for row in tables.addon_wheels.rows if row.package == package]
    fitting = [
        row.release
        for row in rows
        if row.torch and row.python and accepts(row.torch, torch) and _fits(row.python, facts)
    ]
    return _newest(fitting)


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
        name: companion_for(name, torch or "", facts, tables)
        for name in present or ("torchvision",)
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


def _fits(python: tuple[str, ...], facts: Facts) -> bool:
    release = facts.packages.value.python_release
    return release is None or has_python(python, ".".join(release.split(".")[:2]))


def _newest(found: list[str]) -> str | None:
    known = [version for version in map(version_of, found) if version is not None]
    return str(max(known)) if known else None
