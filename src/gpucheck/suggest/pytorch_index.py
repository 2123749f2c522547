"""PyTorch's own wheel index, and how its parts are named.

Source: PyTorch, "Get started" and "Previous versions" (2026-11).
"""

from __future__ import annotations

from gpucheck.suggest.plan import Plan
from gpucheck.suggest.wishes import COMPANIONS

PYTORCH_INDEX = "https://download.pytorch.org/whl"
FAMILY = ("torch", *COMPANIONS)
"""What that index has builds of its own of."""


def address(plan: Plan) -> str | None:
    """Return the address where a plan's builds of torch are; None: the package index has them."""
    if plan.variant is None:
        return None
    if plan.form == "find-links":
        return f"{PYTORCH_INDEX}/torch_stable.html"
    return f"{PYTORCH_INDEX}/{plan.variant}"


def is_page(plan: Plan) -> bool:
    """Tell whether that address is a page of links, not an index."""
    return plan.form == "find-links"


def is_all_from_there(plan: Plan) -> bool:
    """Tell whether everything in a plan can come from PyTorch's index alone."""
    names = {choice.offer.name for choice in plan.choices}
    return plan.form == "index-url" and names <= {*FAMILY} and not (plan.bounds or plan.limits)
