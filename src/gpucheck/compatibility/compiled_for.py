"""For which GPUs an installed build is compiled: as it says itself, or as its wheel's row says.

Source: the NVIDIA CUDA C++ Programming Guide 13.4 on binary and PTX compatibility; the toolkits'
release notes on dropped architectures, in the table `architectures` (2026-09).
"""

from __future__ import annotations

import msgspec

from gpucheck.compatibility.builds import last_cuda
from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.facts import Facts, Framework
from gpucheck.tables import Tables
from gpucheck.versions import ComputeCapability

_PLATFORMS = {
    ("Linux", "x86_64"): "linux_x86_64",
    ("Linux", "aarch64"): "linux_aarch64",
    ("Windows", "AMD64"): "win_amd64",
}


class Compiled(msgspec.Struct, frozen=True):
    """What a build holds: names such as "sm_90" and "compute_90", and who says so."""

    sass: tuple[str, ...]
    ptx: tuple[str, ...]
    source: str

    def is_jit_only(self, capability: ComputeCapability | None) -> bool:
        """Tell whether the driver has to compile everything for a GPU of this capability."""
        if capability is None or code_for(capability, self.sass, self.ptx) != "ptx":
            return False
        # That code for 8.0 runs on a Jetson of 8.7 is seen, though nowhere promised.
        return code_for(capability, self.sass, ()) == "none"


def compiled_for(build: Framework, facts: Facts, tables: Tables) -> Compiled | None:
    """Return what a CUDA build is compiled for; None: not known, or compiled on the spot."""
    if not build.is_cuda_build:
        return None
    if build.sass_targets:
        return Compiled(build.sass_targets, build.ptx_targets or (), "it says so itself")
    public, _, variant = (build.release or "").partition("+")
    if build.name != "torch" or not variant.startswith("cu"):
        return None
    machine = facts.machine.value
    platform = _PLATFORMS.get((machine.os_name or "", machine.architecture or ""))
    table = tables.torch_wheels
    for row in table.rows:
        if (row.torch, row.variant, row.platform) == (public, variant, platform):
            if row.targets is None or not row.is_confirmed:
                return None
            return Compiled(*targets_of(row.targets), table.source_of(row))
    return None


def cuda_has_dropped(
    build: Framework, capability: ComputeCapability | None, tables: Tables
) -> str | None:
    """Return the last CUDA for a GPU when the build's CUDA is of a newer major; None: it is not.

    That holds for what compiles on the spot as well: NVRTC, ptxas and CUDA's own libraries of a
    major have nothing for the GPUs that it dropped.
    """
    major = build.built_for_cuda.major if build.built_for_cuda else build.built_for_cuda_major
    if major is None or capability is None or not build.is_cuda_build:
        return None
    last = last_cuda(capability, tables)
    return ".".join(map(str, last)) if last and last[0] < major else None
