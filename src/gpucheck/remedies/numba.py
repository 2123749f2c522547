"""How to give Numba a CUDA that fits the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpucheck.compatibility.installed import is_from_conda
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install, install_from_conda
from gpucheck.tables import Tables

if TYPE_CHECKING:
    from gpucheck.suggest.offer import Offer


def install_numba_cuda(facts: Facts, tables: Tables) -> Remedy:
    """Return how to install numba-cuda with the CUDA components that this driver runs."""
    if is_from_conda(facts, "numba"):
        return install_from_conda(facts, "Numba", "numba-cuda")
    from gpucheck.suggest import situation_of
    from gpucheck.suggest.environment import best_offer

    text = "Install numba-cuda with the CUDA components of a major that the driver runs"
    if situation_of(facts, tables).obstacle:
        return Remedy(f'{text}: "numba-cuda[cu12]" or "numba-cuda[cu13]".')
    offer = best_offer("numba", facts, tables, _is_bridged)
    if offer is None:
        return Remedy("No CUDA that numba-cuda can bring runs on this driver, GPU and Python.")
    wanted = f"numba-cuda[cu{offer.cuda_major}]"
    return install(facts, f"{text}: here that is cu{offer.cuda_major}.", wanted)


def _is_bridged(offer: Offer) -> bool:
    return bool(offer.beside)
