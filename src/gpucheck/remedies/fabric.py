"""How to set up the fabric of NVSwitch systems.

Source: NVIDIA, "Fabric Manager for NVSwitch Systems" (release 575, 2025): the service's name, and
that its release must be the driver's.
"""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy
from gpucheck.versions import DriverRelease

SERVICE = "nvidia-fabricmanager"


def start_fabric_manager(machine: Machine, driver: DriverRelease | None) -> Remedy:
    """Return how to get the fabric manager to run: install it where it is missing, start it."""
    if machine.is_container:
        return Remedy("Start the fabric manager on the host, in the driver's release.")
    start = f"sudo systemctl enable --now {SERVICE}"
    look = f"systemctl status {SERVICE}"
    release = f"exactly the driver's release ({driver})" if driver else "the driver's release"
    guests = "In a virtual machine the host may run it: then ask who rents it out."
    if machine.has_fabric_manager:
        text = f"Start the fabric manager; it must be of {release}. {guests}"
        return Remedy(text, (start, look))
    text = (
        f"Install the fabric manager in {release}, from the repository that the driver comes from,"
        f" and start it. {guests}"
    )
    return Remedy(text, (start, look))


def declare_ready(machine: Machine) -> Remedy:
    """Return how to end error 802 where no NVSwitch is seen: by confidential computing."""
    text = (
        "With confidential computing, declare the GPU ready once it is attested. In a virtual"
        " machine of a server with NVSwitches the host's fabric manager has to run: then ask who"
        " rents it out."
    )
    if machine.is_container:
        return Remedy(f"{text} Both are done outside this container.")
    return Remedy(text, ("sudo nvidia-smi conf-compute -srs 1",))


def align_fabric_manager(driver: DriverRelease | None) -> Remedy:
    """Return how to bring fabric manager and driver to one release."""
    release = f"the driver's release {driver}" if driver else "the release of the driver"
    text = (
        f"Install the fabric manager in {release} (both from one repository, so that they are"
        " updated together), then start it anew."
    )
    return Remedy(text, (f"sudo systemctl restart {SERVICE}",))
