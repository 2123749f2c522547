"""Whether a build's code runs on a device.

Source: the CUDA C++ Programming Guide 13.4, "Compute Capabilities" (binary and PTX compatibility,
architecture- and family-specific targets) and "Binary Compatibility" (Tegra); 2026-09.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from gpucheck.versions import ComputeCapability

Code = Literal["sass", "ptx", "unknown", "none"]
"""What of a build runs on a device: machine code; PTX, which the driver compiles at the first
start and which needs a driver as new as the build's CUDA; not known; nothing."""

TEGRA = frozenset(
    ComputeCapability.parse(text) for text in ("3.2", "5.3", "6.2", "7.2", "8.7", "10.1", "11.0")
)
"""Capabilities of Jetson and DRIVE. NVIDIA promises no binary compatibility between them and other
devices; that machine code for 8.0 runs on Orin (8.7) is seen, and promised nowhere."""

_TARGET = re.compile(r"(?:sm|compute)_(\d+)(\d)([af]?)")


def code_for(capability: ComputeCapability, sass: Iterable[str], ptx: Iterable[str]) -> Code:
    """Tell what of a build's code runs on a device.

    `sass` holds names such as "sm_90" and "sm_90a", `ptx` such as "compute_90". Machine code
    runs on the same major with an equal or higher minor (so none for 10.0 runs on 12.0); an "a"
    target on exactly its own capability; PTX on every equal or higher capability.
    """
    machine_code = [target for target in sass if _sass_runs(capability, target)]
    if any(_is_promised(capability, target) for target in machine_code):
        return "sass"
    if any(_ptx_runs(capability, target) for target in ptx):
        return "ptx"
    return "unknown" if machine_code else "none"


def targets_of(listed: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return machine code and PTX of a table's list: "9.0+PTX" is sm_90 and compute_90."""
    sass, ptx = [], []
    for target in listed:
        number = target.removesuffix("+PTX").replace(".", "")
        sass.append(f"sm_{number}")
        if target.endswith("+PTX"):
            ptx.append(f"compute_{number}")
    return tuple(sass), tuple(ptx)


def capability_of_target(target: str) -> ComputeCapability | None:
    """Return the capability in a target's name: "sm_120" is 12.0. None: not such a name."""
    found = _TARGET.fullmatch(target)
    return ComputeCapability((int(found[1]), int(found[2]))) if found else None


def _sass_runs(capability: ComputeCapability, target: str) -> bool:
    made_for = capability_of_target(target)
    if made_for is None:
        return False
    if target.endswith("a"):
        return made_for == capability
    return made_for.major == capability.major and made_for <= capability


def _is_promised(capability: ComputeCapability, target: str) -> bool:
    made_for = capability_of_target(target)
    return made_for == capability or not {made_for, capability} & TEGRA


def _ptx_runs(capability: ComputeCapability, target: str) -> bool:
    made_for = capability_of_target(target)
    if made_for is None:
        return False
    if target.endswith("a"):
        return made_for == capability
    if target.endswith("f"):
        return made_for.major == capability.major and made_for <= capability
    return made_for <= capability
