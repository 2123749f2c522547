"""GPUs as NVML describes them in full, for the listed machines.

What `make.gpu` leaves unknown is filled in here with what such a card shows when it is healthy
and idle, and `unavailable` says what such a card refuses to tell.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from gpucheck.facts import Gpu, GpuPair, MigInstance, NvLink
from gpucheck.versions import ComputeCapability

MIB = 1 << 20
MHZ = 1_000_000
NOT_SUPPORTED = "NVML_ERROR_NOT_SUPPORTED"

Kind = Literal["desktop", "laptop", "server", "workstation", "virtual"]


class Card(NamedTuple):
    """What sets one model apart from another."""

    name: str  # as NVML says it
    device_id: str
    capability: str
    architecture: str  # NVML's name
    memory_mib: int
    kind: Kind
    power_limit_w: float
    pcie_generation: int
    clock_sm_mhz: int  # maximum
    clock_memory_mhz: int  # maximum
    nvlinks: int = 0
    has_mig: bool = False
    has_fabric: bool = False


# fmt: off
CARDS: dict[str, Card] = {
    "GTX 580": Card("GeForce GTX 580", "1080", "2.0", "fermi", 1536, "desktop", 244, 2, 1544, 2004),
    "K80": Card("Tesla K80", "102d", "3.7", "kepler", 11441, "server", 149, 3, 875, 2505),
    "GTX 980 Ti": Card(
        "NVIDIA GeForce GTX 980 Ti", "17c8", "5.2", "maxwell", 6144, "desktop", 250, 3, 1392, 3505),
    "GTX 1080 Ti": Card(
        "NVIDIA GeForce GTX 1080 Ti", "1b06", "6.1", "pascal", 11264, "desktop", 250, 3, 1911,
        5505),
    "V100": Card(
        "Tesla V100-SXM2-16GB", "1db1", "7.0", "volta", 16384, "server", 300, 3, 1530, 877, 6),
    "V100 PCIe": Card(
        "Tesla V100-PCIE-32GB", "1db6", "7.0", "volta", 32768, "server", 250, 3, 1380, 877),
    "T4": Card("Tesla T4", "1eb8", "7.5", "turing", 15360, "server", 70, 3, 1590, 5001),
    "T4 vGPU": Card("GRID T4-8Q", "1eb8", "7.5", "turing", 8192, "virtual", 70, 3, 1590, 5001),
    "RTX 2080 Ti": Card(
        "NVIDIA GeForce RTX 2080 Ti", "1e07", "7.5", "turing", 11264, "desktop", 250, 3, 2100,
        7000),
    "RTX 3060": Card(
        "NVIDIA GeForce RTX 3060", "2504", "8.6", "ampere", 12288, "desktop", 170, 4, 2100, 7501),
    "RTX 3090": Card(
        "NVIDIA GeForce RTX 3090", "2204", "8.6", "ampere", 24576, "desktop", 350, 4, 2100, 9751),
    "RTX 4060 Laptop": Card(
        "NVIDIA GeForce RTX 4060 Laptop GPU", "28a0", "8.9", "ada", 8188, "laptop", 80, 4, 3105,
        8001),
    "RTX 4070 Laptop": Card(
        "NVIDIA GeForce RTX 4070 Laptop GPU", "2860", "8.9", "ada", 8188, "laptop", 80, 4, 3105,
        8001),
    "RTX 4090": Card(
        "NVIDIA GeForce RTX 4090", "2684", "8.9", "ada", 24564, "desktop", 450, 4, 3105, 10501),
    "RTX 5090": Card(
        "NVIDIA GeForce RTX 5090", "2b85", "12.0", "blackwell", 32607, "desktop", 575, 5, 3090,
        14001),
    "RTX 5080 Laptop": Card(
        "NVIDIA GeForce RTX 5080 Laptop GPU", "2c19", "12.0", "blackwell", 16303, "laptop", 150, 5,
        3090, 14001),
    "A10": Card("NVIDIA A10", "2236", "8.6", "ampere", 23028, "server", 150, 4, 1695, 6251),
    "A10G": Card("NVIDIA A10G", "2237", "8.6", "ampere", 23028, "server", 300, 4, 1710, 6251),
    "A100": Card(
        "NVIDIA A100-SXM4-80GB", "20b2", "8.0", "ampere", 81920, "server", 400, 4, 1410, 1593, 12,
        has_mig=True),
    "A100 64GB": Card(
        "NVIDIA A100-SXM-64GB", "20b3", "8.0", "ampere", 65536, "server", 440, 4, 1395, 1597, 12,
        has_mig=True),
    "A100 PCIe": Card(
        "NVIDIA A100 80GB PCIe", "20b5", "8.0", "ampere", 81920, "server", 300, 4, 1410, 1512,
        has_mig=True),
    "L4": Card("NVIDIA L4", "27b8", "8.9", "ada", 23034, "server", 72, 4, 2040, 6251),
    "L40S": Card("NVIDIA L40S", "26b9", "8.9", "ada", 46068, "server", 350, 4, 2520, 9001),
    "H100": Card(
        "NVIDIA H100 80GB HBM3", "2330", "9.0", "hopper", 81559, "server", 700, 5, 1980, 2619, 18,
        has_mig=True, has_fabric=True),
    "H200": Card(
        "NVIDIA H200", "2335", "9.0", "hopper", 143771, "server", 700, 5, 1980, 3201, 18,
        has_mig=True, has_fabric=True),
    "GH200": Card(
        "NVIDIA GH200 144G HBM3e", "2348", "9.0", "hopper", 147456, "server", 900, 5, 1980, 3201,
        has_mig=True),
    "B200": Card(
        "NVIDIA B200", "2901", "10.0", "blackwell", 183359, "server", 1000, 5, 1965, 3996, 18,
        has_mig=True, has_fabric=True),
    "GB200": Card(
        "NVIDIA GB200", "2941", "10.0", "blackwell", 189471, "server", 1200, 5, 2062, 3996, 18,
        has_mig=True, has_fabric=True),
    "GB10": Card("NVIDIA GB10", "2e12", "12.1", "blackwell", 122502, "workstation", 140, 5, 3003,
        0),
    "H100 PCIe": Card(
        "NVIDIA H100 PCIe", "2331", "9.0", "hopper", 81559, "server", 350, 5, 1755, 1593, 18,
        has_mig=True),
    "RTX PRO 6000": Card(
        "NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "2bb1", "12.0", "blackwell", 97887,
        "workstation", 600, 5, 3090, 14001, has_mig=True),
    "Orin": Card("Orin (nvgpu)", "", "8.7", "ampere", 62841, "server", 60, 4, 1300, 3199),
    "Thor": Card("NVIDIA Thor", "2b00", "11.0", "blackwell", 125772, "server", 130, 5, 1575, 4266),
    "not in the tables": Card(
        "NVIDIA GeForce RTX 6090", "3a84", "13.0", "rubin", 49140, "desktop", 600, 6, 3300, 18001),
}
# fmt: on


def gpu(model: str, index: int = 0, **changes: Any) -> Gpu:
    """Return a healthy idle GPU with all that NVML tells of such a model."""
    card = CARDS[model]
    is_server = card.kind in {"server", "virtual"}
    total = card.memory_mib * MIB
    used = (4 if is_server else 612) * MIB
    reserved = card.memory_mib // 60 * MIB
    made = Gpu(
        index=index,
        name=card.name,
        uuid=f"GPU-{index:08x}-9a3c-4d5e-8f60-{index + 17:012x}",
        pci_address=f"00000000:{_bus(index):02X}:00.0",
        pci_device_id=card.device_id,
        architecture=card.architecture,
        compute_capability=ComputeCapability.parse(card.capability),
        memory_total_bytes=total,
        memory_used_bytes=used,
        memory_reserved_bytes=reserved,
        memory_free_bytes=total - used - reserved,
        memory_semantics="v2",
        is_mig_enabled=False if card.has_mig else None,
        is_mig_enabled_after_reset=False if card.has_mig else None,
        clock_sm_hz=(card.clock_sm_mhz // 5 if is_server else 210) * MHZ,
        clock_sm_max_hz=card.clock_sm_mhz * MHZ,
        clock_memory_hz=(card.clock_memory_mhz if is_server else 405) * MHZ,
        clock_memory_max_hz=card.clock_memory_mhz * MHZ,
        throttle_reasons=("gpu_idle",),
        power_w=round(card.power_limit_w / 7, 1),
        power_limit_w=card.power_limit_w,
        power_limit_default_w=card.power_limit_w,
        temperature_c=34,
        temperature_slowdown_c=92,
        pcie_generation=card.pcie_generation if is_server else 1,
        pcie_generation_max=card.pcie_generation,
        pcie_width=8 if card.kind == "laptop" else 16,
        pcie_width_max=8 if card.kind == "laptop" else 16,
        compute_mode="default",
        is_persistence_on=is_server,
        is_display_active=card.kind in {"desktop", "workstation"} and index == 0,
        utilization_gpu_percent=0,
        utilization_memory_percent=0,
        processes=(),
        nvlinks=tuple(NvLink(link=n, is_active=True) for n in range(card.nvlinks)) or None,
        fabric_state="not_supported" if not card.has_fabric else None,
    )
    made = msgspec.structs.replace(made, **(_ecc() if is_server else {}))
    made = msgspec.structs.replace(made, **changes)
    return msgspec.structs.replace(made, unavailable=_refusals(made) | made.unavailable)


def gpus(model: str, count: int, **changes: Any) -> list[Gpu]:
    """Return as many equal GPUs."""
    return [gpu(model, index, **changes) for index in range(count)]


def pairs(count: int, ancestor: str = "node", p2p: str = "ok") -> tuple[GpuPair, ...]:
    """Return how each GPU reaches each other one."""
    return tuple(
        GpuPair(index_a=a, index_b=b, common_ancestor=ancestor, p2p_read=p2p)
        for a in range(count)
        for b in range(a + 1, count)
    )


def mig_slices(count: int, memory_mib: int) -> tuple[MigInstance, ...]:
    """Return MIG instances, each with one compute instance."""
    return tuple(
        MigInstance(
            uuid=f"MIG-{number:08x}-5ca1-5ab1-9a0e-2f00c0ffee00",
            name="NVIDIA A100-SXM4-80GB MIG 1g.10gb",
            gpu_instance_id=7 + number,
            compute_instance_id=0,
            memory_total_bytes=memory_mib * MIB,
        )
        for number in range(count)
    )


def _bus(index: int) -> int:
    return (0x01, 0x25, 0x41, 0x61, 0x81, 0xA1, 0xC1, 0xE1)[index % 8] + index // 8


def _ecc() -> dict[str, Any]:
    return {
        "is_ecc_enabled": True,
        "ecc_uncorrected_count": 0,
        "ecc_uncorrected_total_count": 0,
        "ecc_corrected_count": 0,
        "remapped_rows_correctable": 0,
        "remapped_rows_uncorrectable": 0,
        "is_remap_pending": False,
        "has_remap_failed": False,
    }


def _refusals(made: Gpu) -> dict[str, str]:
    """Return why a field is unknown, for those that some cards do not have."""
    fields = (
        "is_ecc_enabled",
        "is_mig_enabled",
        "is_remap_pending",
        "nvlinks",
        "fabric_state",
        "power_w",
        "power_limit_w",
        "vgpu_license_state",
    )
    return {field: NOT_SUPPORTED for field in fields if getattr(made, field) is None}
