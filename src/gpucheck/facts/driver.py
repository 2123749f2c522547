"""The NVIDIA driver and its GPUs: as NVML describes them, and as CUDA programs meet them."""

from __future__ import annotations

import re
from typing import Literal

from gpucheck.facts.section import Record
from gpucheck.versions import ComputeCapability, DriverCuda, DriverRelease

_RELEASE_IN_NAME = re.compile(r"\.so\.(\d{2,4}\.\d+(?:\.\d+)?)$")


class ApiError(Record, frozen=True):
    """An error that a driver library returned."""

    call: str  # the function: "nvmlInit_v2", "cuInit"
    code: int | None = None  # 18; None when the library could not be loaded at all
    name: str | None = None  # "NVML_ERROR_LIB_RM_VERSION_MISMATCH"
    message: str | None = None  # what the library or the loader says of it


class MigInstance(Record, frozen=True):
    """A MIG compute instance."""

    uuid: str | None = None  # "MIG-…"
    name: str | None = None
    gpu_instance_id: int | None = None
    compute_instance_id: int | None = None
    memory_total_bytes: int | None = None
    unavailable: dict[str, str] = {}


class GpuProcess(Record, frozen=True):
    """A process that holds memory on a GPU."""

    pid: int
    kind: Literal["compute", "graphics"] = "compute"
    memory_bytes: int | None = None
    name: str | None = None
    is_alive: bool | None = None  # whether /proc knows the pid (containers hide foreign ones)


class NvLink(Record, frozen=True):
    """One NVLink of a GPU."""

    link: int
    is_active: bool | None = None
    remote_pci_address: str | None = None
    errors: dict[str, int] = {}  # counter → count, only counts above zero
    unavailable: dict[str, str] = {}


class Gpu(Record, frozen=True):
    """One GPU as the driver (NVML) describes it."""

    index: int  # NVML's order, which is PCI order
    name: str | None = None
    uuid: str | None = None  # "GPU-…"
    serial: str | None = None
    pci_address: str | None = None  # "00000000:01:00.0"
    pci_device_id: str | None = None  # "2684"
    architecture: str | None = None  # NVML's name: "ada"
    compute_capability: ComputeCapability | None = None
    memory_total_bytes: int | None = None
    memory_free_bytes: int | None = None
    memory_used_bytes: int | None = None  # without the reserved part when semantics is v2
    memory_reserved_bytes: int | None = None  # held by driver and firmware; v2 only
    memory_semantics: Literal["v1", "v2"] | None = None  # v1 counts reserved memory as used
    is_mig_enabled: bool | None = None
    is_mig_enabled_after_reset: bool | None = None
    mig_instances: tuple[MigInstance, ...] | None = None
    is_ecc_enabled: bool | None = None
    ecc_uncorrected_count: int | None = None  # since the last reboot
    ecc_uncorrected_total_count: int | None = None  # over the GPU's life
    ecc_corrected_count: int | None = None
    remapped_rows_correctable: int | None = None
    remapped_rows_uncorrectable: int | None = None
    is_remap_pending: bool | None = None
    has_remap_failed: bool | None = None
    clock_sm_hz: int | None = None
    clock_sm_max_hz: int | None = None
    clock_memory_hz: int | None = None
    clock_memory_max_hz: int | None = None
    throttle_reasons: tuple[str, ...] | None = None  # ("sw_power_cap", "hw_thermal_slowdown")
    power_w: float | None = None
    power_limit_w: float | None = None  # the limit that is enforced
    power_limit_default_w: float | None = None
    temperature_c: int | None = None
    temperature_slowdown_c: int | None = None
    pcie_generation: int | None = None  # now; idle links drop to 1
    pcie_generation_max: int | None = None
    pcie_width: int | None = None  # lanes now
    pcie_width_max: int | None = None
    compute_mode: (
        Literal["default", "exclusive_process", "exclusive_thread", "prohibited"] | None
    ) = None
    is_persistence_on: bool | None = None
    is_display_active: bool | None = None
    utilization_gpu_percent: int | None = None
    utilization_memory_percent: int | None = None
    processes: tuple[GpuProcess, ...] | None = None
    nvlinks: tuple[NvLink, ...] | None = None
    fabric_state: Literal["not_supported", "not_started", "in_progress", "completed"] | None = None
    fabric_status: str | None = None  # NVML's status of the completed registration
    driver_model: Literal["WDDM", "TCC", "MCDM"] | None = None  # Windows
    vgpu_license_state: str | None = None
    unavailable: dict[str, str] = {}  # field → NVML error: {"power_w": "NVML_ERROR_NOT_SUPPORTED"}

    @property
    def mig_uuids(self) -> tuple[str, ...]:
        """The UUIDs of its MIG instances."""
        return tuple(mig.uuid for mig in self.mig_instances or () if mig.uuid)


class GpuPair(Record, frozen=True):
    """How two GPUs reach each other."""

    index_a: int
    index_b: int
    common_ancestor: str | None = None  # "internal", "single", "hostbridge", "node", "system"
    p2p_read: str | None = None  # "ok", "chipset_not_supported", "ioh_topology_not_supported", …
    unavailable: dict[str, str] = {}


class Driver(Record, frozen=True):
    """The NVIDIA driver as NVML describes it. NVML ignores CUDA_VISIBLE_DEVICES."""

    driver_release: DriverRelease | None = None
    driver_cuda: DriverCuda | None = None
    nvml_release: str | None = None
    library_path: str | None = None  # the libnvidia-ml that was loaded
    init_error: ApiError | None = None  # None with outcome ok: NVML started
    gpus: tuple[Gpu, ...] | None = None  # None: could not be counted
    pairs: tuple[GpuPair, ...] | None = None
    unavailable: dict[str, str] = {}

    @property
    def library_release(self) -> DriverRelease | None:
        """The release in the library's file name: libnvidia-ml.so.550.54.15."""
        found = _RELEASE_IN_NAME.search(self.library_path or "")
        return DriverRelease.parse(found[1]) if found else None


class CudaDevice(Record, frozen=True):
    """One device as the CUDA driver API shows it, after masks."""

    ordinal: int  # CUDA's own numbering
    name: str | None = None
    uuid: str | None = None  # "GPU-…" or "MIG-…"; equals NVML's
    pci_address: str | None = None
    compute_capability: ComputeCapability | None = None
    memory_total_bytes: int | None = None
    unavailable: dict[str, str] = {}


class CudaDriver(Record, frozen=True):
    """What a program that uses CUDA meets under the target's environment (libcuda)."""

    library_path: str | None = None  # the libcuda that was loaded
    load_error: str | None = None  # the loader's words when it was not
    init_error: ApiError | None = None  # what cuInit returned; None: it succeeded
    driver_cuda: DriverCuda | None = None
    devices: tuple[CudaDevice, ...] | None = None
    unavailable: dict[str, str] = {}
