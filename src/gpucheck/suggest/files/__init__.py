"""A plan as a file that others read, a file for each kind."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan

NAMES = ("requirements", "environment.yml", "pyproject", "dockerfile")

Writer = Callable[[Plan, Place], str]


@cache
def writer(name: str) -> Writer:
    """Return the function that writes a kind of file.

    Raises:
        KeyError: there is no such kind.
    """
    if name not in NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name.replace('.', '_')}")
    found: Writer = module.written
    return found
