"""Tell whether this machine's GPU will really be used, and if not, why and what mends it.

`gpucheck.require("gpus>=1", "torch")` at the top of a program raises where it will not; and
`gpucheck.doctor()` returns the report. Both are loaded when they are first used.
"""

from __future__ import annotations

from gpucheck import release

TYPE_CHECKING = False  # importing typing would cost milliseconds
if TYPE_CHECKING:
    from gpucheck.api import (
        Report,
        RequirementError,
        RequirementsNotMetError,
        doctor,
        require,
    )

__version__ = release.RELEASE
__all__ = [
    "Report",
    "RequirementError",
    "RequirementsNotMetError",
    "__version__",
    "doctor",
    "require",
]


def __getattr__(name: str) -> object:
    """Load the functions for programs when they are asked for: commands do without them."""
    if name not in __all__:
        raise AttributeError(f"module 'gpucheck' has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module("gpucheck.api"), name)
    return found
