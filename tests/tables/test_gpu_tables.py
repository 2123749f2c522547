"""The tables of products and their rates: every row against what must hold for all."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from gpucheck.tables import Tables
from gpucheck.tables.rows.gpus import GpuPeakRow, GpuRow
from gpucheck.versions import ComputeCapability

TABLES = Tables()
GPUS = {row.product: row for row in TABLES.gpus.rows}
PEAKS = TABLES.gpu_peaks.rows

every_gpu = pytest.mark.parametrize("row", TABLES.gpus.rows, ids=lambda row: row.product)
every_peak = pytest.mark.parametrize("row", PEAKS, ids=lambda row: row.product)

FIRST_WITH_TENSOR_CORES = ComputeCapability.parse("7.0")


def test_the_tables_are_large_enough() -> None:
    """What people have is in them."""
    assert len(GPUS) >= 400
    assert len(PEAKS) >= 80


def test_products_differ() -> None:
    """No product is there twice, however it is written."""
    squeezed = Counter(re.sub(r"[^a-z0-9]", "", product.lower()) for product in GPUS)
    assert [name for name, times in squeezed.items() if times > 1] == []


@every_gpu
def test_architecture_is_that_of_the_capability(row: GpuRow) -> None:
    """A product's architecture is the word that the table of architectures has for it."""
    words = {it.compute_capability: it.architecture for it in TABLES.architectures.rows}
    assert row.architecture == words[row.compute_capability]


@every_gpu
def test_names_stand_without_the_maker(row: GpuRow) -> None:
    """Names are plain text, and a product does not list itself as another name."""
    for name in (row.product, *row.driver_names, *row.virtual_names):
        assert not name.startswith(("NVIDIA", "GRID T", "GRID A"))
        assert name == name.strip()
        assert name.isascii()
    assert row.product not in row.driver_names


@every_gpu
def test_device_ids_are_four_hexadecimal_digits(row: GpuRow) -> None:
    """Device IDs are as lspci prints them, in capitals, each once."""
    assert len(set(row.pci_device_ids)) == len(row.pci_device_ids)
    assert all(re.fullmatch(r"[0-9A-F]{4}", device_id) for device_id in row.pci_device_ids)


def test_a_device_id_has_one_capability() -> None:
    """A device ID is one chip, so products that share it share its capability."""
    capabilities: dict[str, set[ComputeCapability]] = {}
    for row in GPUS.values():
        for device_id in row.pci_device_ids:
            capabilities.setdefault(device_id, set()).add(row.compute_capability)
    assert {key: value for key, value in capabilities.items() if len(value) > 1} == {}


@every_gpu
def test_memory_and_bandwidth_are_plausible(row: GpuRow) -> None:
    """Memory and bandwidth are of the order that GPUs have, and nothing is rounded to ten."""
    assert row.memory_gb is None or 0.25 <= row.memory_gb <= 512
    bandwidth = row.memory_bandwidth_gb_per_s
    assert bandwidth is None or 7 <= bandwidth <= 24_000
    assert bandwidth not in {1010, 1340, 1560, 1790, 1940, 2040, 3360, 3940, 4890}


@every_gpu
def test_memory_in_the_name_is_the_memory(row: GpuRow) -> None:
    """A product that says 16GB has 16 GB."""
    said = re.search(r"(\d+)GB\b", row.product)
    assert said is None or row.memory_gb == int(said[1])


@every_gpu
def test_a_laptop_product_is_in_the_category_of_laptops(row: GpuRow) -> None:
    """What is named after laptops is not counted among desktop cards."""
    if re.search(r"Laptop|Mobile|Max-Q Design", row.product):
        assert row.category == "laptop"


@every_peak
def test_peak_is_of_a_known_product(row: GpuPeakRow) -> None:
    """A rate belongs to a product of the other table, with the same capability."""
    assert row.compute_capability == GPUS[row.product].compute_capability


def test_no_name_leads_to_two_peaks() -> None:
    """The names by which rates are found are all different."""
    names = Counter(name.lower() for row in PEAKS for name in row.name_contains)
    assert [name for name, times in names.items() if times > 1] == []
    assert all(row.name_contains for row in PEAKS)


@every_peak
def test_no_peak_is_of_a_laptop(row: GpuPeakRow) -> None:
    """Laptop parts run at a power that their maker chose: they have no one rate."""
    assert GPUS[row.product].category != "laptop"


@every_peak
def test_narrower_types_are_not_slower(row: GpuPeakRow) -> None:
    """On tensor cores FP16 is at least FP32, BF16 is FP16, FP8 is twice, TF32 half or a quarter."""
    if row.fp16_tflops is None:
        return
    assert row.fp32_tflops is None or row.fp16_tflops >= row.fp32_tflops
    if row.compute_capability < FIRST_WITH_TENSOR_CORES:
        assert row.bf16_tflops is None
        return
    if row.bf16_tflops is not None:
        assert row.bf16_tflops == row.fp16_tflops
    if row.tf32_tflops is not None:
        assert row.tf32_tflops == pytest.approx(row.fp16_tflops / 2, rel=0.02)
    if row.fp8_tflops is not None:
        assert row.fp8_tflops == pytest.approx(row.fp16_tflops * 2, rel=0.02)


@every_peak
def test_types_come_with_their_architecture(row: GpuPeakRow) -> None:
    """TF32 and BF16 start with Ampere, FP8 with Ada and Hopper, FP4 with Blackwell."""
    for rate, first in (
        (row.tf32_tflops, "8.0"),
        (row.bf16_tflops, "8.0"),
        (row.fp8_tflops, "8.9"),
        (row.fp4_tflops, "10.0"),
    ):
        assert rate is None or row.compute_capability >= ComputeCapability.parse(first)


@every_peak
def test_rates_worked_out_follow_from_their_method(row: GpuPeakRow) -> None:
    """Tensor cores times clock times operations a clock is the FP16 rate."""
    said = re.fullmatch(r"(\d+) tensor cores × (\d+) MHz × (\d+) flop a clock.*", row.method)
    if said:
        worked_out = int(said[1]) * int(said[2]) * int(said[3]) / 1e6
        assert row.fp16_tflops == pytest.approx(worked_out, rel=0.01)
    else:
        assert row.method in {"data sheet", "database", "equal to H100 SXM", "secondary"}
