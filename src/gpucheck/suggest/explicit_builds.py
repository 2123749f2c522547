"""Name the build of torch where pip would otherwise keep the one that is installed.

pip takes an installed "2.9.1+cpu" for a 2.9.1. Taking it out first would leave nothing behind when
the download fails, so the wanted build is named: "2.9.1+cu128", from PyTorch's own index.
"""

from __future__ import annotations

import msgspec

from gpucheck.suggest.place import Place, other_builds
from gpucheck.suggest.plan import Choice, Plan
from gpucheck.suggest.wishes import COMPANIONS

_NAMED = {"index-url", "extra-index+local"}
"""Forms of the index in which every build bears its name, the default one as well."""


def explicit_builds(plan: Plan, place: Place) -> Plan:
    """Return the plan with the build of torch named, where that is needed and possible."""
    torch = next((c.offer for c in plan.choices if c.offer.name == "torch"), None)
    if torch is None or torch.build is None or torch.build.form not in _NAMED:
        return plan
    if not {"torch", *COMPANIONS} & {*other_builds(plan, place)}:
        return plan
    variant, form = torch.build.variant, torch.build.form

    def named(choice: Choice) -> Choice:
        if choice.offer.name not in {"torch", *COMPANIONS}:
            return choice
        offer = msgspec.structs.replace(choice.offer, variant=variant, form=form)
        return msgspec.structs.replace(choice, offer=offer)

    return msgspec.structs.replace(plan, choices=tuple(map(named, plan.choices)))
