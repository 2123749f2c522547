"""How to renew the links to the driver's libraries."""

from __future__ import annotations

from gpucheck.facts import Facts
from gpucheck.findings import Remedy


def renew_driver_links(facts: Facts) -> Remedy:
    """Return how to get links that lead to the running driver's libraries."""
    machine = facts.machine.value
    if machine.is_container:
        return Remedy(
            "Remove the driver's libraries from the image: the container runtime brings those of"
            " the host. Then start the container anew."
        )
    if machine.is_wsl:
        return Remedy(
            "Remove every Linux driver inside WSL: the libraries of /usr/lib/wsl/lib are the ones"
            " that work there."
        )
    return Remedy(
        "Remove what is left of other driver releases, reinstall this one's libraries, and renew"
        " the loader's links. If a new driver was just installed, reboot.",
        ("sudo ldconfig",),
    )
