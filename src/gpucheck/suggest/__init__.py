"""What to install: releases that fit a machine and go together, and the commands for them.

Pure: wishes, facts and tables in; a `Plan`, or the `Conflict` that prevents one, out.
"""

from gpucheck.suggest.plan import Choice, Conflict, Plan, Reason
from gpucheck.suggest.situation import Situation, situation_of
from gpucheck.suggest.solve import solve
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
