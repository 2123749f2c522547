"""What a smoke test's figures are to be compared with: sourced rates and a link's own limit.

In: figures and tables. Out: a share of what the hardware can do, with the source; None where that
is not known, or where the figure says nothing about it.

Sources: NVIDIA's data sheets in the tables gpu_peaks and gpus; PCI-SIG, PCI Express Base
Specification 6.0 (2022): 2.5, 5, 8, 16, 32 and 64 GT/s a lane; 8b/10b encoding in generations 1
and 2, 128b/130b in 3 to 5, PAM4 with 242 of 256 bytes of a FLIT in 6.
"""

from __future__ import annotations

import msgspec

from gpucheck.compatibility.gpu_use import BUSY_PERCENT, LEAST_SAMPLES
from gpucheck.compatibility.products import peak, product, products_with_pci_id
from gpucheck.compatibility.smoke import is_right
from gpucheck.facts import Gpu, GpuUse, MatrixProduct, SmokeDevice
from gpucheck.tables import Known, NotInTable, Tables

_GT_PER_S = {1: 2.5, 2: 5.0, 3: 8.0, 4: 16.0, 5: 32.0, 6: 64.0}
_ENCODING = {1: 8 / 10, 2: 8 / 10, 3: 128 / 130, 4: 128 / 130, 5: 128 / 130, 6: 242 / 256}
_TENSOR_CORES_SINCE = (7, 0)
"""Before, a library adds products of fp16 in fp32, so the rate in fp16 cannot be reached."""
_NOT_LIMITING = {"gpu_idle", "applications_clocks_setting", "sync_boost", "display_clock_setting"}
_LEAST_SIZE = 2048
_LEAST_S = 0.0002
"""A shorter product does not fill a large GPU."""


class Share(msgspec.Struct, frozen=True):
    """A figure as a part of what the hardware can do."""

    part: float  # 0.77
    whole: float  # FLOP/s or bytes/s
    source: str


def rate_share(product: MatrixProduct, gpu: Gpu, tables: Tables) -> Share | None:
    """Return a product's share of the GPU's dense rate in its dtype; None: that is not known."""
    if not product.flop_per_s or not product.is_library or gpu.name is None:
        return None
    if gpu.compute_capability is None or gpu.is_mig_enabled or _is_laptop(gpu, tables):
        return None
    if product.dtype == "fp16" and gpu.compute_capability.parts < _TENSOR_CORES_SINCE:
        return None
    known = peak(gpu.name, gpu.compute_capability, tables)
    if isinstance(known, NotInTable):
        return None
    row = known.value
    tflops = {
        # Matrices of fp64 go to the tensor cores where a product has them for it.
        "fp64": row.fp64_tensor_tflops or row.fp64_tflops,
        "fp32": row.fp32_tflops,
        "tf32": row.tf32_tflops,
        "fp16": row.fp16_tflops,
        "bf16": row.bf16_tflops,
    }.get(product.dtype)
    if not tflops:
        return None
    return Share(product.flop_per_s / (tflops * 1e12), tflops * 1e12, known.source)


def bandwidth_share(bytes_per_s: float, gpu: Gpu, tables: Tables) -> Share | None:
    """Return the share of the memory's bandwidth that a copy within the GPU takes.

    A copy reads and writes each of its bytes.
    """
    if gpu.name is None or gpu.is_mig_enabled:
        return None
    known = product(gpu.name, tables)
    if not isinstance(known, Known) or not known.value.memory_bandwidth_gb_per_s:
        return None
    whole = known.value.memory_bandwidth_gb_per_s * 1e9
    return Share(2 * bytes_per_s / whole, whole, known.source)


def timed_products(device: SmokeDevice) -> tuple[MatrixProduct, ...]:
    """Return the largest product of each dtype, of those that are right and keep a GPU busy."""
    largest = {
        product.dtype: product
        for product in sorted(device.products, key=lambda product: product.size)
        if product.size >= _LEAST_SIZE and (product.seconds or 0) >= _LEAST_S and is_right(product)
    }
    return tuple(largest.values())


def is_undisturbed(use: GpuUse | None) -> bool:
    """Tell whether NVML saw that nothing but the GPU itself set the pace; unknown is no."""
    if use is None or use.sample_count < LEAST_SAMPLES or use.throttle_reasons is None:
        return False
    before = use.utilization_percent_before
    is_idle_before = before is not None and before <= BUSY_PERCENT
    return is_idle_before and not {*use.throttle_reasons} - _NOT_LIMITING


def link_bytes_per_s(use: GpuUse | None) -> float | None:
    """Return what the PCIe link can carry one way, as it was seen under load; None: not told."""
    if use is None or not use.pcie_generation_peak or not use.pcie_width_peak:
        return None
    rate = _GT_PER_S.get(use.pcie_generation_peak)
    if rate is None:
        return None
    encoding = _ENCODING[use.pcie_generation_peak]
    return rate * 1e9 / 8 * encoding * use.pcie_width_peak


def _is_laptop(gpu: Gpu, tables: Tables) -> bool:
    """Tell whether this may be a laptop's GPU: up to Turing those are named like desktops'."""
    rows = products_with_pci_id(gpu.pci_device_id or "", tables)
    return any(row.category == "laptop" for row in rows)
