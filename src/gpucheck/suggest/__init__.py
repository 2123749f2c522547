"""What to install: releases that fit a machine and go together, and the commands for them.

Pure: wishes, facts and tables in; a `Plan`, or the `Conflict` that prevents one, out. The solver is
loaded when it is first asked for: the doctor needs it only where something is to be mended.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gpucheck.suggest.plan import Choice, Conflict, Plan, Reason
    from gpucheck.suggest.situation import Situation, situation_of
    from gpucheck.suggest.solver import solve
    from gpucheck.suggest.wishes import Wish, WishError, parse

__all__ = [
    "Choice",
    "Conflict",
    "Plan",
    "Reason",
    "Situation",
    "Wish",
    "WishError",
    "parse",
    "situation_of",
    "solve",
]

_PLACES = {
    **dict.fromkeys(("Choice", "Conflict", "Plan", "Reason"), "plan"),
    **dict.fromkeys(("Situation", "situation_of"), "situation"),
    **dict.fromkeys(("Wish", "WishError", "parse"), "wishes"),
    "solve": "solver",
}


def __getattr__(name: str) -> Any:
    """Return what a module of this package has under a name (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
