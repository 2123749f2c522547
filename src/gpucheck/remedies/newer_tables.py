"""How to get newer compatibility tables."""

from __future__ import annotations

from gpucheck.findings import Remedy


def upgrade_gpucheck() -> Remedy:
    """Return how to get the tables that only a new gpucheck brings: drivers, CUDA, GPUs."""
    return Remedy("Upgrade gpucheck: its tables come with it.")


def refresh_tables() -> Remedy:
    """Return how to get newer tables of frameworks, which can be derived anew."""
    text = "Upgrade gpucheck, or derive the tables of frameworks anew from the package index."
    return Remedy(text, ("gpucheck tables update",))
