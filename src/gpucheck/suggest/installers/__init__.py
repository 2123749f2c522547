"""How a plan is carried out, a file for each installer.

Each file exports an `Installer`: how it is called, and from a plan and a place the commands for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

import msgspec

from gpucheck.suggest.place import Place, Steps
from gpucheck.suggest.plan import Plan

NAMES = ("pip", "uv", "uv-project", "conda", "mamba", "pixi", "poetry")


class Installer(msgspec.Struct, frozen=True):
    """One installer."""

    name: str
    steps: Callable[[Plan, Place], Steps]


@cache
def installer(name: str) -> Installer:
    """Return an installer by its name.

    Raises:
        KeyError: there is no such installer.
    """
    if name not in NAMES:
        raise KeyError(name)
    module = "conda" if name == "mamba" else name.replace("-", "_")
    steps = importlib.import_module(f"{__name__}.{module}").steps
    return Installer(name, steps)
