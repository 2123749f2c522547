"""How to switch to another Python environment, and to keep other files out of this one."""

from __future__ import annotations

import shlex

from gpucheck.facts import Facts, OtherEnvironment, ShadowingFile
from gpucheck.findings import Remedy

RENAME = (
    "Rename the file, and delete its compiled copy (a .pyc beside it or in __pycache__): no file of"
    " yours may have the name of a module that you import."
)


def use_environment(facts: Facts, other: OtherEnvironment) -> Remedy:
    """Return how to look at, and work in, another environment."""
    if other.executable is None:
        text = (
            f"{other.prefix} belongs to the Python outside of virtual environments: leave this"
            " environment (deactivate), or install the framework in it."
        )
        return Remedy(text)
    is_windows = facts.machine.value.os_name == "Windows"
    program = f'"{other.executable}"' if is_windows else shlex.quote(other.executable)
    is_conda = "conda" in (other.found_via or "") and other.prefix
    path = f'"{other.prefix}"' if is_windows else shlex.quote(other.prefix or "")
    activate = (f"conda activate {path}",) if is_conda else ()
    text = "Work in that environment, and let the doctor look at it; or install the framework here."
    return Remedy(text, (*activate, f"gpucheck doctor --python {program}"))


def stop_shadowing(facts: Facts, file: ShadowingFile) -> Remedy:
    """Return how to get the installed package imported again."""
    is_windows = facts.machine.value.os_name == "Windows"
    if file.found_via == "user site":
        text = "Leave the user's site-packages out for this environment, or uninstall it there."
        return Remedy(text, (f"{'set' if is_windows else 'export'} PYTHONNOUSERSITE=1",))
    if file.found_via == "PYTHONPATH":
        text = (
            "Take its folder out of PYTHONPATH, for one shell like this; a start-up file sets it."
        )
        return Remedy(text, ("set PYTHONPATH=" if is_windows else "unset PYTHONPATH",))
    if file.path.endswith("__init__.py"):
        return Remedy("Start Python in another folder: this one holds a module of the same name.")
    return Remedy(RENAME)
