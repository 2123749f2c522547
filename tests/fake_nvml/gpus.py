"""The devices of a scenario: well-known GPUs with rich values, and MIG devices.

In: a model's name and what the test wants to be different. Out: frozen records for ``scenario``.
The numbers are what NVIDIA's tools typically print for such a board, so that clients show
something plausible. They are no reference: a test states the values that it relies on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .faults import Faults

Number = int | float
Value = str | Number | Sequence[Number | None] | None
"""One value of a scenario. A sequence is stepped through, one step a read, the last one stays.
``None`` leaves the value unset, so that the device does not support it."""

Process = tuple[int, int | None]
"""Process id and GPU memory in bytes; ``None`` where the driver does not know the memory."""

MIB: Final = 1 << 20


@dataclass(frozen=True)
class Mig:
    """One MIG device, for example of the profile ``1g.10gb``."""

    profile: str
    fields: Mapping[str, Value]
    compute: tuple[Process, ...] = ()


@dataclass(frozen=True)
class Gpu:
    """One GPU: its values by scenario key, its processes, MIG devices and own faults."""

    model: str
    fields: Mapping[str, Value]
    compute: tuple[Process, ...] = ()
    graphics: tuple[Process, ...] = ()
    mig: tuple[Mig, ...] = ()
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class _Model:
    """What tells one model from another."""

    name: str  # as NVML says it, "NVIDIA GeForce RTX 4090"
    compute_capability: str
    architecture: int  # NVML_DEVICE_ARCH_…
    memory_mib: int
    sm_count: int
    cores_per_sm: int
    pci_device_id: int
    bus_width_bits: int
    power_limit_w: int
    clock_sm_max_mhz: int
    clock_memory_max_mhz: int
    pcie_generation: int
    nvlink_count: int = 0
    nvlink_version: int = 0
    is_datacenter: bool = True
    has_mig: bool = False
    has_fabric: bool = False


_KEPLER, _PASCAL, _VOLTA, _AMPERE, _ADA, _HOPPER, _BLACKWELL = 2, 4, 5, 7, 8, 9, 10

MODELS: Final[Mapping[str, _Model]] = {
    "Tesla K80": _Model(
        "Tesla K80", "3.7", _KEPLER, 11441, 13, 192, 0x102D10DE, 384, 149, 875, 2505, 3
    ),
    "GTX 1080 Ti": _Model(
        "NVIDIA GeForce GTX 1080 Ti", "6.1", _PASCAL, 11264, 28, 128, 0x1B0610DE, 352, 250,
        1911, 5505, 3, is_datacenter=False,
    ),
    "V100": _Model(
        "Tesla V100-SXM2-32GB", "7.0", _VOLTA, 32768, 80, 64, 0x1DB510DE, 4096, 300,
        1530, 877, 3, 6, 2,
    ),
    "A100": _Model(
        "NVIDIA A100-SXM4-80GB", "8.0", _AMPERE, 81920, 108, 64, 0x20B210DE, 5120, 400,
        1410, 1593, 4, 12, 3, has_mig=True,
    ),
    "RTX 3090": _Model(
        "NVIDIA GeForce RTX 3090", "8.6", _AMPERE, 24576, 82, 128, 0x220410DE, 384, 350,
        2100, 9751, 4, is_datacenter=False,
    ),
    "RTX 4090": _Model(
        "NVIDIA GeForce RTX 4090", "8.9", _ADA, 24564, 128, 128, 0x268410DE, 384, 450,
        3105, 10501, 4, is_datacenter=False,
    ),
    "H100": _Model(
        "NVIDIA H100 80GB HBM3", "9.0", _HOPPER, 81559, 132, 128, 0x233010DE, 5120, 700,
        1980, 2619, 5, 18, 4, has_mig=True, has_fabric=True,
    ),
    "H200": _Model(
        "NVIDIA H200", "9.0", _HOPPER, 143771, 132, 128, 0x233510DE, 6144, 700,
        1980, 3201, 5, 18, 4, has_mig=True, has_fabric=True,
    ),
    "B200": _Model(
        "NVIDIA B200", "10.0", _BLACKWELL, 183359, 148, 128, 0x290110DE, 8192, 1000,
        1965, 3996, 5, 18, 5, has_mig=True, has_fabric=True,
    ),
    "RTX 5090": _Model(
        "NVIDIA GeForce RTX 5090", "12.0", _BLACKWELL, 32607, 170, 128, 0x2B8510DE, 512, 575,
        3090, 14001, 5, is_datacenter=False,
    ),
}  # fmt: skip


def gpu(
    model: str,
    *,
    compute: tuple[Process, ...] = (),
    graphics: tuple[Process, ...] = (),
    mig: tuple[Mig, ...] = (),
    faults: Faults | None = None,
    more: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Gpu:
    """Return an idle, healthy GPU of that model (a key of ``MODELS``) with these changes.

    ``more`` is for the keys that Python cannot spell: ``more={"nvlink.3.active": 0}``.
    A GPU with MIG devices is in MIG mode unless ``mig_mode`` says otherwise.

    Raises:
        KeyError: there is no such model.
    """
    mig_mode: dict[str, Value] = {"mig_mode": "1 1"} if mig else {}
    fields = {**_healthy(MODELS[model]), **mig_mode, **overrides, **(more or {})}
    return Gpu(model, fields, compute, graphics, mig, faults or Faults())


def mig(
    profile: str,
    *,
    compute: tuple[Process, ...] = (),
    more: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Mig:
    """Return a MIG device of a profile such as ``1g.10gb``: compute slices and memory in GB."""
    slices, memory = profile.lower().removesuffix("gb").split("g.")
    memory_mib = int(memory) * 1000**3 // MIB
    fields: dict[str, Value] = {
        "memory_total_bytes": memory_mib * MIB,
        "memory_used_bytes": 0,
        "memory_reserved_bytes": 0,
        "bar1_total_bytes": 32767 * MIB,
        "bar1_used_bytes": 0,
        # SMs, then engines it shares (copy, decode, encode, JPEG, OFA), slices, memory.
        "mig_attributes": f"{int(slices) * 14} 1 0 0 0 0 {slices} {slices} {memory_mib}",
        "cuda_attribute.16": int(slices) * 14,
    }
    return Mig(profile, {**fields, **overrides, **(more or {})}, compute)


def _healthy(model: _Model) -> dict[str, Value]:
    fields = {**_every_gpu(model), **_cuda_attributes(model)}
    fields |= _datacenter(model) if model.is_datacenter else _consumer()
    if model.nvlink_count:
        fields |= _nvlink(model)
    if model.has_mig:
        fields |= {"mig_mode": "0 0", "mig_max_count": 7}
    if model.has_fabric:
        fields |= {"fabric": "3 0 0 0 0", "fabric_cluster_uuid": "0" * 32}  # 3: it is set up
    return fields


def _every_gpu(model: _Model) -> dict[str, Value]:
    brand_tesla, brand_geforce, brand_nvidia = 2, 5, 14
    brand = brand_tesla if model.name.startswith("Tesla") else brand_nvidia
    return {
        "name": model.name,
        "compute_capability": model.compute_capability,
        "architecture": model.architecture,
        "brand": brand if model.is_datacenter else brand_geforce,
        "pci_device_id": model.pci_device_id,
        "pci_subsystem_id": 0x16F110DE,
        "vbios": "95.02.3C.00.01",
        "multi_gpu_board": int(model.name == "Tesla K80"),
        "cuda_cores": model.sm_count * model.cores_per_sm,
        "memory_total_bytes": model.memory_mib * MIB,
        "memory_used_bytes": 0,
        "memory_reserved_bytes": 400 * MIB,
        "memory_bus_width_bits": model.bus_width_bits,
        "bar1_total_bytes": 256 * MIB,
        "bar1_used_bytes": 4 * MIB,
        "mig_max_count": 0,
        "clock_graphics_mhz": 210,
        "clock_sm_mhz": 210,
        "clock_memory_mhz": 405,
        "clock_video_mhz": 555,
        "clock_graphics_max_mhz": model.clock_sm_max_mhz,
        "clock_sm_max_mhz": model.clock_sm_max_mhz,
        "clock_memory_max_mhz": model.clock_memory_max_mhz,
        "clock_video_max_mhz": model.clock_sm_max_mhz * 9 // 10,
        "clocks_event_reasons": 0x1,  # idle
        "clocks_event_reasons_supported": 0x1FF,
        "performance_state": 8,
        "power_w": 20,
        "power_limit_w": model.power_limit_w,
        "power_limit_enforced_w": model.power_limit_w,
        "power_limit_default_w": model.power_limit_w,
        "power_limit_range_w": f"{model.power_limit_w // 2} {model.power_limit_w}",
        "energy_j": 1000,
        "temperature_gpu_c": 35,
        "temperature_shutdown_c": 95,
        "temperature_slowdown_c": 92,
        "temperature_gpu_max_c": 88,
        "utilization_gpu_percent": 0,
        "utilization_memory_percent": 0,
        "utilization_encoder_percent": 0,
        "utilization_decoder_percent": 0,
        "pcie_generation": model.pcie_generation,
        "pcie_generation_max": model.pcie_generation,
        "pcie_generation_gpu_max": model.pcie_generation,
        "pcie_width": 16,
        "pcie_width_max": 16,
        "pcie_replays": 0,
        "pcie_tx_kb_per_s": 0,
        "pcie_rx_kb_per_s": 0,
        "compute_mode": 0,
        "persistence_mode": 1,
        "display_mode": 0,
        "display_active": 0,
        "accounting_mode": 0,
        "virtualization_mode": 0,
        "cpu_affinity": "0-15",
        "numa_node": 0,
    }


def _consumer() -> dict[str, Value]:
    return {"fan_percent": 30, "fan_count": 2}


def _datacenter(model: _Model) -> dict[str, Value]:
    fields: dict[str, Value] = {"ecc_mode": "1 1", "ecc_mode_default": 1}
    for counter in ("volatile", "aggregate"):
        for error in ("corrected", "uncorrected"):
            fields[f"ecc.{counter}.{error}"] = 0
            for location in ("device_memory", "sram"):
                fields[f"ecc.{counter}.{error}.{location}"] = 0
    if model.architecture < _AMPERE:
        return fields | {"retired_pages_pending": 0}
    # Ampere remaps rows where its predecessors retired pages.
    return fields | {"remapped_rows": "0 0 0 0", "row_remapper_histogram": "640 0 0 0 0"}


def _nvlink(model: _Model) -> dict[str, Value]:
    link_count_field = 91
    fields: dict[str, Value] = {
        f"field.{link_count_field}": model.nvlink_count,
        "nvlink.count": model.nvlink_count,
        "nvlink.version": model.nvlink_version,
        "nvlink.active": 1,
        "nvlink.remote_type": 2,  # a switch
        "nvlink.remote_pci": "00000000:05:00.0",
        "nvlink.p2p_supported": 1,
        "nvlink.valid": 1,
    }
    for counter in ("replay", "recovery", "crc_flit", "crc_data", "ecc_data"):
        fields[f"nvlink.{counter}_errors"] = 0
    return fields


def _cuda_attributes(model: _Model) -> dict[str, Value]:
    by_number = {
        1: 1024,  # threads per block, at most
        8: 48 * 1024,  # shared memory per block in bytes
        10: 32,  # warp size
        13: model.clock_sm_max_mhz * 1000,  # clock in kHz
        16: model.sm_count,
        18: 0,  # is part of the host chip
        20: 0,  # compute mode
        32: int(model.is_datacenter),  # ECC
        36: model.clock_memory_max_mhz * 1000,  # memory clock in kHz
        37: model.bus_width_bits,
        39: 2048 if model.is_datacenter else 1536,  # threads per SM
        41: 1,  # unified addressing
        83: 1,  # managed memory
    }
    return {f"cuda_attribute.{number}": value for number, value in by_number.items()}
