"""Rows on CUDA releases, drivers, architectures and CUDA's libraries."""

from __future__ import annotations

from typing import ClassVar, Literal

from gpucheck.tables.form import Row
from gpucheck.versions import (
    BuiltForCuda,
    ComputeCapability,
    CudnnVersion,
    DriverCuda,
    DriverRelease,
    ToolkitCuda,
)


class CudaDriverRow(Row, frozen=True):
    """The oldest driver that fully supports a CUDA release."""

    key: ClassVar[tuple[str, ...]] = ("cuda",)
    cuda: BuiltForCuda
    driver_linux: DriverRelease | None
    driver_windows: DriverRelease | None
    driver_branch: int | None


class CudaMinorCompatRow(Row, frozen=True):
    """The oldest driver on which a whole CUDA major runs."""

    key: ClassVar[tuple[str, ...]] = ("cuda_major",)
    cuda_major: int
    driver_linux: DriverRelease
    driver_windows: DriverRelease


class CudaForwardCompatRow(Row, frozen=True):
    """Whether a cuda-compat package works on the kernel driver of a branch (Linux)."""

    key: ClassVar[tuple[str, ...]] = ("compat_cuda", "driver_branch")
    compat_cuda: DriverCuda  # what the package's libcuda offers
    driver_branch: int
    support: Literal["usable", "not needed", "not offered"]


class DriverBranchRow(Row, frozen=True):
    """A driver branch: the CUDA that it offers, its kind, and how long it is maintained."""

    key: ClassVar[tuple[str, ...]] = ("driver_branch",)
    driver_branch: int
    driver_cuda: DriverCuda
    kind: Literal["long-term support", "production", "new feature", "developer"] | None
    end_of_life: str | None  # the month that NVIDIA names: "2028-06"
    ended_by: str | None  # over by this month, where the month of its end is not known


class ArchitectureRow(Row, frozen=True):
    """A compute capability, and how long toolkits and drivers support it."""

    key: ClassVar[tuple[str, ...]] = ("compute_capability",)
    compute_capability: ComputeCapability
    architecture: str
    first_cuda: ToolkitCuda | None
    last_cuda: ToolkitCuda | None  # None: still supported
    last_driver_branch: int | None  # None: still supported
    # The flavours that drive it; None: it is on Jetson boards only, with drivers of their own.
    kernel_module: Literal["proprietary", "either", "open"] | None


class ToolkitArchRow(Row, frozen=True):
    """The targets that a toolkit's nvcc compiles for."""

    key: ClassVar[tuple[str, ...]] = ("cuda",)
    cuda: ToolkitCuda
    targets: tuple[str, ...]  # "sm_90"
    specific_targets: tuple[str, ...]  # "sm_90a", "sm_100f"
    is_measured: bool  # printed by that nvcc or ptxas; otherwise put together from documents


class HostCompilerRow(Row, frozen=True):
    """The majors of host compilers that a toolkit's newest update accepts; None: not known."""

    key: ClassVar[tuple[str, ...]] = ("cuda",)
    cuda: ToolkitCuda
    gcc_min: int | None
    gcc_max: int | None
    clang_min: int | None
    clang_max: int | None
    msc_ver_min: int | None  # _MSC_VER, inclusive
    msc_ver_below: int | None  # _MSC_VER, exclusive
    visual_studio: str | None  # "2019-2026"


class GlibcRow(Row, frozen=True):
    """A limit on the C library for a range of toolkits; both ends inclusive, None: open.

    Ranges overlap: all rows that hold a toolkit apply to it.
    """

    key: ClassVar[tuple[str, ...]] = ("cuda_from", "cuda_to")
    cuda_from: ToolkitCuda | None
    cuda_to: ToolkitCuda | None
    glibc_min: str | None
    glibc_below: str | None
    why: str


class DistributionRow(Row, frozen=True):
    """The C library and the GCC that NVIDIA names for a Linux distribution."""

    key: ClassVar[tuple[str, ...]] = ("os_id", "os_version_id")
    os_id: str  # ID of /etc/os-release: "ubuntu"
    os_version_id: str  # VERSION_ID, or its leading part: "24.04", "9"
    distribution: str  # "Ubuntu 24.04"
    glibc: str
    gcc: str  # on Ubuntu newer than what `gcc --version` prints


class CudnnRow(Row, frozen=True):
    """What a span of cuDNN releases supports; both ends inclusive."""

    key: ClassVar[tuple[str, ...]] = ("cudnn_from",)
    cudnn_from: CudnnVersion
    cudnn_to: CudnnVersion
    cuda_majors: tuple[int, ...]
    cuda: tuple[str, ...]  # as NVIDIA's matrix says it: "11.0-11.8", "12.x"
    capability_min: ComputeCapability | None  # the oldest GPUs that any of its builds has code for
    compute_capabilities: tuple[ComputeCapability, ...] | None
    driver_linux: dict[str, DriverRelease] | None  # by an entry of `cuda`
    driver_windows: dict[str, DriverRelease] | None


class LibraryOwnerRow(Row, frozen=True):
    """Who provides a CUDA library."""

    key: ClassVar[tuple[str, ...]] = ("library",)
    library: str  # the name up to ".so": "libcudnn.so"
    what: str
    pip_cu11: str | None
    pip_cu12: str | None
    pip_cu13: str | None
    soname_major: Literal["cuda", "own"]  # what the number after ".so." counts

    @property
    def is_of_driver(self) -> bool:
        """Whether it comes with the driver and with nothing else."""
        return not (self.pip_cu11 or self.pip_cu12 or self.pip_cu13)
