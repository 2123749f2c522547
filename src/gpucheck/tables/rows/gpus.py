"""Rows on products: what a GPU is, and what it can do at best."""

from __future__ import annotations

from typing import ClassVar, Literal

from gpucheck.tables.form import Row
from gpucheck.versions import ComputeCapability

GpuCategory = Literal[
    "data centre", "workstation", "titan", "geforce", "laptop", "embedded", "jetson", "mining"
]


class GpuRow(Row, frozen=True):
    """A GPU product as it is sold; names stand without the maker's."""

    key: ClassVar[tuple[str, ...]] = ("product",)
    product: str  # "GeForce RTX 4090"
    compute_capability: ComputeCapability
    architecture: str
    category: GpuCategory
    memory_gb: float | None  # as marketed
    memory_bandwidth_gb_per_s: float | None
    driver_names: tuple[str, ...]  # what else NVML calls it, perhaps with other products
    virtual_names: tuple[str, ...]  # as a virtual GPU, without the profile: "A100D" of "A100D-8C"
    pci_device_ids: tuple[str, ...]  # "2684"; several products can share one


class GpuPeakRow(Row, frozen=True):
    """The dense rates of a product in TFLOP/s, with FP32 accumulation; None: not known."""

    key: ClassVar[tuple[str, ...]] = ("product",)
    product: str  # as in the table of products
    name_contains: tuple[str, ...]  # how NVML names it: the longest that fits counts
    compute_capability: ComputeCapability
    fp64_tflops: float | None
    fp64_tensor_tflops: float | None
    fp32_tflops: float | None
    tf32_tflops: float | None
    fp16_tflops: float | None
    bf16_tflops: float | None
    fp8_tflops: float | None
    fp4_tflops: float | None
    method: str  # "data sheet", or how the rate was worked out
