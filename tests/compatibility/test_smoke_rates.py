"""Figures of smoke tests against what the hardware can do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gpucheck.compatibility.smoke_rates import (
    bandwidth_share,
    is_undisturbed,
    link_bytes_per_s,
    rate_share,
    timed_products,
)
from gpucheck.facts import GpuUse
from gpucheck.tables import Tables
from gpucheck.versions import ComputeCapability
from machines.cards import gpu as card
from make import SEEN, gpu, product, smoked

TABLES = Tables()


@pytest.mark.parametrize(
    ("generation", "width", "gb_per_s"),
    [
        (1, 1, 0.25),
        (2, 1, 0.5),
        (3, 16, 15.754),
        (4, 16, 31.508),
        (4, 4, 7.877),
        (5, 16, 63.015),
        (6, 16, 121.0),
    ],
)
def test_link(generation: int, width: int, gb_per_s: float) -> None:
    """Transfers a second and lane, less what the encoding takes, in bytes."""
    use = GpuUse(sample_count=9, pcie_generation_peak=generation, pcie_width_peak=width)
    assert link_bytes_per_s(use) == pytest.approx(gb_per_s * 1e9, rel=1e-4)


@pytest.mark.parametrize(
    "use",
    [
        None,
        GpuUse(sample_count=9),
        GpuUse(sample_count=9, pcie_generation_peak=4),
        GpuUse(sample_count=9, pcie_width_peak=16),
        GpuUse(sample_count=9, pcie_generation_peak=0, pcie_width_peak=16),
        GpuUse(sample_count=9, pcie_generation_peak=7, pcie_width_peak=16),
    ],
)
def test_link_that_is_not_known(use: GpuUse | None) -> None:
    """Generation or lanes are not told, or of a generation that is not sourced."""
    assert link_bytes_per_s(use) is None


@pytest.mark.parametrize(
    ("name", "dtype", "tflops"),
    [
        ("H100", "bf16", 989.4),
        ("H100", "tf32", 494.7),
        ("H100", "fp64", 66.9),
        ("A100", "fp32", 19.5),
        ("RTX 4090", "fp16", 165.2),
        ("V100", "fp16", 125),
    ],
)
def test_rate(name: str, dtype: str, tflops: float) -> None:
    """The dense rate of that dtype, of the data sheet."""
    share = rate_share(product(dtype, flop_per_s=tflops * 1e12 / 4), gpu(name), TABLES)
    assert share is not None
    assert share.part == pytest.approx(0.25)
    assert share.whole == pytest.approx(tflops * 1e12)
    assert share.source


@pytest.mark.parametrize(
    ("name", "changes", "of_product"),
    [
        ("RTX 4090", {}, {"dtype": "int8"}),
        ("RTX 4090", {}, {"is_library": False}),
        ("RTX 4090", {}, {"seconds": None}),
        ("V100", {}, {"dtype": "bf16"}),
        ("RTX 4090", {"name": None}, {}),
        ("RTX 4090", {"compute_capability": None}, {}),
        ("RTX 4090", {"name": "NVIDIA Prototype 9000"}, {}),
        ("H100", {"is_mig_enabled": True}, {}),
        ("H100", {"name": "NVIDIA H100 80GB HBM3 MIG 1g.10gb"}, {}),
        ("A100", {"name": "GRID A100-10C"}, {}),
        ("RTX 4090", {"name": "NVIDIA GeForce RTX 4090 Laptop GPU", "pci_device_id": "2717"}, {}),
    ],
)
def test_rate_that_is_not_known(
    name: str, changes: dict[str, Any], of_product: dict[str, Any]
) -> None:
    """Of the dtype or the product, of a part of a GPU, and what our own kernel reaches."""
    card = msgspec.structs.replace(gpu(name), **changes)
    assert rate_share(product(**of_product), card, TABLES) is None


def test_no_rate_for_a_laptop_that_is_named_like_a_desktop() -> None:
    """Up to Turing only the PCI device tells them apart."""
    desktop = msgspec.structs.replace(
        gpu("T4"), name="NVIDIA GeForce RTX 2080", pci_device_id="1e87"
    )
    laptop = msgspec.structs.replace(desktop, pci_device_id="1e90")
    assert rate_share(product("fp32"), desktop, TABLES)
    assert rate_share(product("fp32"), laptop, TABLES) is None


def test_no_rate_in_fp16_without_tensor_cores() -> None:
    """A library adds in fp32 there: a healthy P100 reaches less than half of its rate in fp16."""
    p100 = msgspec.structs.replace(
        gpu("V100"),
        name="Tesla P100-PCIE-16GB",
        pci_device_id="15f8",
        compute_capability=ComputeCapability.parse("6.0"),
    )
    assert rate_share(product("fp16"), p100, TABLES) is None
    assert rate_share(product("fp32"), p100, TABLES)


def test_bandwidth() -> None:
    """A copy within the GPU reads and writes each byte: 1.5 TB/s are 3 of an H100's 3.35."""
    share = bandwidth_share(1.5e12, card("H100"), TABLES)
    assert share is not None
    assert share.part == pytest.approx(3.0 / 3.36, rel=0.01)
    assert share.source


@pytest.mark.parametrize("changes", [{"name": None}, {"is_mig_enabled": True}, {"name": "A thing"}])
def test_bandwidth_that_is_not_known(changes: dict[str, Any]) -> None:
    """No name, a part of a GPU, or no such product."""
    assert bandwidth_share(1e12, card("H100", **changes), TABLES) is None


def test_products_that_keep_a_gpu_busy() -> None:
    """The largest of each dtype, of those that are right, large and long enough."""
    largest = product("bf16", 8192)
    device = smoked(
        products=(
            product("fp32", 500, seconds=None),
            product("fp32", 8192, relative_error=0.5),
            product("fp16", 2048, seconds=0.0001),
            largest,
            product("bf16", 4096),
        )
    ).value.devices[0]
    assert timed_products(device) == (largest,)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"throttle_reasons": ("gpu_idle", "applications_clocks_setting")}, True),
        ({"throttle_reasons": ("sw_power_cap",)}, False),
        ({"throttle_reasons": ("hw_thermal_slowdown",)}, False),
        ({"throttle_reasons": ("a reason of tomorrow",)}, False),
        ({"throttle_reasons": None}, False),
        ({"throttle_reasons": ()}, True),
        ({"utilization_percent_before": 80}, False),
        ({"utilization_percent_before": None}, False),
        ({"sample_count": 2}, False),
    ],
)
def test_undisturbed(changes: dict[str, Any], expected: bool) -> None:
    """Nothing limited the clocks and nobody else worked, as far as NVML tells."""
    assert is_undisturbed(GpuUse(**{**SEEN, **changes})) is expected
    assert is_undisturbed(None) is False
