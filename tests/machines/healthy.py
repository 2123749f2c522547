"""Machines on which all is well: no rule may give an error or a warning for them.

A doctor that frightens the healthy is not asked again, so this list is long, and its facts are
full: a machine of which little is known finds no false alarm. `expected` holds the notes that a
machine gives, but for `EXPLAINS`.
"""

from __future__ import annotations

from machines.healthy_after_smoke import SMOKED
from machines.healthy_environments import ENVIRONMENTS
from machines.healthy_hardware import HARDWARE
from machines.healthy_odd import ODD
from machines.healthy_smoke import SMOKE
from machines.healthy_surroundings import SURROUNDINGS
from machines.listed import ListedMachine

HEALTHY: tuple[ListedMachine, ...] = (
    *HARDWARE,
    *ENVIRONMENTS,
    *SURROUNDINGS,
    *ODD,
    *SMOKE,
    *SMOKED,
)

EXPLAINS = "GPU201"
"""The note on which CUDA release is which: it tells numbers apart, and is right on any machine
that has several of them, so it is not listed for each."""
