"""What there is to install, a file for each framework.

Each file has `offers(situation, tables)`, which yields every release for the situation's platform;
whether it fits the Python, the driver and the GPU is judged elsewhere, for all alike.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wishes import ADDONS, COMPANIONS
from gpucheck.tables import Tables


def offers(name: str, situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield the releases that could grant a wish; none for what the tables do not know."""
    if name not in {*FRAMEWORK_TITLES, *ADDONS, *COMPANIONS}:
        return
    module = "addons" if name in ADDONS else "companions" if name in COMPANIONS else name
    found = importlib.import_module(f"{__name__}.{module}").offers(situation, tables)
    yield from (offer for offer in found if offer.name == name)
