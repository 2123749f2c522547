"""Truths on GPUs, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.products import capability, peak, product, products_with_pci_id
from gpucheck.tables import Known, Tables
from gpucheck.versions import ComputeCapability

TABLES = Tables()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # what PyTorch printed of these devices: "NAME with CUDA capability sm_… is not compatible"
        ("A100-SXM4-40GB", "8.0"),  # pytorch/pytorch issue 57922, 2021-05
        ("NVIDIA A100-SXM4-80GB", "8.0"),  # andreimargeloiu/WPFS issue 3, 2023-06
        ("GeForce RTX 3070", "8.6"),  # CorentinJ/Real-Time-Voice-Cloning issue 584, 2020-11
        ("NVIDIA A40", "8.6"),  # georgia-tech-db/evadb issue 471, 2022-11
        ("GeForce GTX 1070 Ti", "6.1"),  # pytorch/pytorch issue 53164, 2021-03
        ("NVIDIA H100 PCIe", "9.0"),  # pytorch/pytorch issue 90761, 2022-12
        ("NVIDIA GeForce RTX 5070 Laptop GPU", "12.0"),  # coendevente/SlicerNNInteractive 58
        ("NVIDIA GeForce RTX 5060 Ti", "12.0"),  # lmoe/wyoming-xtts issue 1, 2026-01
        ("NVIDIA GeForce RTX 5090", "12.0"),  # FlyMyAI/flymyai-lora-trainer issue 47, 2025-10
        ("NVIDIA B200", "10.0"),  # notes on NVIDIA's resiliency extension
        ("NVIDIA GB10", "12.1"),  # reports of DGX Spark in public repositories
        # what TensorFlow printed: "Ignoring visible gpu device (… name: …, compute capability: …)"
        ("Tesla K80", "3.7"),  # tlkh/ai-lab issue 30, 2019-12
        ("GeForce GT 750M", "3.0"),  # pbhogale/gpu-keras-rstudio issue 5, 2018-06
    ],
)
def test_capability_that_a_program_printed(name: str, expected: str) -> None:
    """A program on the device itself printed this capability."""
    found = capability(name, TABLES)
    assert isinstance(found, Known)
    assert found.value == ComputeCapability.parse(expected)


@pytest.mark.parametrize(
    ("device_id", "name"),
    [
        # NVIDIA/open-gpu-kernel-modules 595.45.04, src/nvidia/generated/g_nv_name_released.h
        ("1E04", "GeForce RTX 2080 Ti"),
        ("1EB8", "Tesla T4"),
        ("20B2", "A100-SXM4-80GB"),
        ("20F1", "A100-PCIE-40GB"),
        ("2204", "GeForce RTX 3090"),
        ("2230", "RTX A6000"),
        ("2237", "A10G"),
        ("2330", "H100 80GB HBM3"),
        ("2331", "H100 PCIe"),
        ("2335", "H200"),
        ("2342", "GH200 480GB"),
        ("2684", "GeForce RTX 4090"),
        ("26B9", "L40S"),
        ("27B8", "L4"),
        ("28E0", "GeForce RTX 4060 Laptop GPU"),
        ("2901", "B200"),
        ("2B85", "GeForce RTX 5090"),
        ("2BB1", "RTX PRO 6000 Blackwell Workstation Edition"),
        ("2E12", "GB10"),
    ],
)
def test_name_of_a_pci_device(device_id: str, name: str) -> None:
    """The driver's own list gives a device ID this name."""
    found = products_with_pci_id(device_id, TABLES)
    assert name in {name for row in found for name in (row.product, *row.driver_names)}


@pytest.mark.parametrize(
    ("name", "memory_gb", "bandwidth"),
    [
        # gfxspeak.com, "Nvidia's latest Lovelace", 2022-09: NVIDIA's figures at the launch
        ("GeForce RTX 4090", 24, 1008),
        # data sheet of L40 and L40S, as a seller prints it (mullet.se, product 355414)
        ("L40S", 48, 864),
        # huataihuang/cloud-atlas, nvidia_a100.rst: NVIDIA's table for SXM
        ("A100-SXM4-80GB", 80, 2039),
        # grokipedia.com, "NVIDIA L4 vs L40S": NVIDIA's data sheet of the L4
        ("L4", 24, 300),
    ],
)
def test_memory_of_a_gpu(name: str, memory_gb: float, bandwidth: float) -> None:
    """Memory and its bandwidth are as marketed, the latter rounded to whole GB/s."""
    found = product(name, TABLES)
    assert isinstance(found, Known)
    assert found.value.memory_gb == memory_gb
    assert found.value.memory_bandwidth_gb_per_s == pytest.approx(bandwidth, abs=1)


@pytest.mark.parametrize(
    ("name", "capability_of_it", "rates"),
    [
        # data sheet of L40 and L40S, as a seller prints it (mullet.se, product 355414)
        ("NVIDIA L40S", "8.9", {"fp16": 362.05, "tf32": 183, "fp8": 733, "fp32": 91.6}),
        ("NVIDIA L40", "8.9", {"fp16": 181.05, "tf32": 90.5, "fp8": 362, "fp32": 90.5}),
        # grokipedia.com, "NVIDIA L4 vs L40S": 242 and 485 with sparsity, which doubles
        ("NVIDIA L4", "8.9", {"fp16": 242 / 2, "fp8": 485 / 2}),
        # NVIDIA Ada whitepaper, as tabled at mobylak.com in 2022-09: FP32 at boost clock
        ("NVIDIA GeForce RTX 4090", "8.9", {"fp32": 82.6}),
        ("NVIDIA GeForce RTX 3090 Ti", "8.6", {"fp32": 40.0}),
        # gist mikasenghaas/d63ded03: dense BF16 of 4090, A100 and H100
        ("NVIDIA GeForce RTX 4090", "8.9", {"bf16": 165}),
        ("NVIDIA A100-SXM4-40GB", "8.0", {"bf16": 312}),
        ("NVIDIA H100 80GB HBM3", "9.0", {"bf16": 989}),
        # gist kimbochen: FP16 of A10; calculon-ai/calculon, systems/a100_80g.json
        ("NVIDIA A10", "8.6", {"fp16": 125}),
        ("NVIDIA A100-SXM4-80GB", "8.0", {"fp16": 312}),
        # RajBhope/gpu-runtime-predictor, gpu_catalog.json
        ("Tesla T4", "7.5", {"fp16": 65, "fp32": 8.1}),
        ("Tesla V100-SXM2-32GB", "7.0", {"fp16": 125, "fp32": 15.7}),
    ],
)
def test_dense_rates(name: str, capability_of_it: str, rates: dict[str, float]) -> None:
    """Rates are without sparsity; sources round to about half a percent."""
    found = peak(name, ComputeCapability.parse(capability_of_it), TABLES)
    assert isinstance(found, Known)
    for kind, tflops in rates.items():
        assert getattr(found.value, f"{kind}_tflops") == pytest.approx(tflops, rel=0.005)
