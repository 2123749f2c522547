"""Whether a machine is virtual, by what its board calls itself.

Links inside virtual machines are made up, so neither their lanes nor their speed mean anything.
"""

from __future__ import annotations

from gpucheck.facts import Machine

_WORDS = ("qemu", "kvm", "virtual", "vmware", "hvm", "google", "amazon ec2", "openstack", "cloud")


def is_virtual(machine: Machine) -> bool | None:
    """Tell whether the board is one of a virtual machine; None: its name is not known."""
    if machine.hardware_model is None:
        return None
    board = machine.hardware_model.lower()
    return any(word in board for word in _WORDS) or board.startswith("standard pc")
