"""Asking for a GPU or a compute capability."""

from __future__ import annotations

import pytest

from queries.asking import ask, said


@pytest.mark.parametrize("value", ["RTX 4090", "NVIDIA GeForce RTX 4090", "4090", "10de:2684"])
def test_a_gpu_in_many_ways(value: str) -> None:
    """As it is sold, as NVML names it, in short, and by its PCI device ID."""
    says = said(f"gpu {value}")
    assert says["product"][0] == "GeForce RTX 4090"
    assert says["compute capability"] == ("8.9",)
    assert says["memory in GB"] == ("24",)
    assert says["CUDA toolkits"][0] == "from 11.8"


def test_rates_of_one_product() -> None:
    """Dense, without sparsity: an A100 makes 312 TFLOP/s in FP16."""
    assert "FP16 312" in said("gpu A100-SXM4-80GB")["dense TFLOP/s at best"]


def test_a_share_of_a_gpu_has_no_rates() -> None:
    """A MIG device can do less than the whole."""
    says = said("gpu NVIDIA A100-SXM4-80GB MIG 1g.10gb")
    assert says["part of"] == ("A100-SXM4-80GB",)
    assert "dense TFLOP/s at best" not in says


def test_a_name_of_several_products() -> None:
    """What they share is stated once, what differs is listed."""
    says = said("gpu H100")
    assert len(says["product"]) > 2
    assert says["compute capability"] == ("9.0",)
    assert {"80", "94"} <= set(says["memory in GB"])


def test_what_supports_an_old_gpu() -> None:
    """Volta: CUDA 12.9, driver branch 580, cu126 and the proprietary module are its last."""
    says = said("gpu V100")
    assert says["CUDA toolkits"] == ("from 9.0", "up to 12.9")
    assert says["drivers"] == ("up to branch 580",)
    assert says["kernel module"] == ("the proprietary one only",)
    assert says["newest PyTorch"] == ("2.14.1", "cu126")


def test_ptx_is_told_from_machine_code() -> None:
    """TensorFlow has no machine code for Blackwell, only PTX of 9.0."""
    assert "through PTX, compiled at the first start" in said("gpu RTX 5090")["newest TensorFlow"]
    assert len(said("gpu RTX 4090")["newest TensorFlow"]) == 2


@pytest.mark.parametrize("value", ["8.6", "sm_86", "SM86", "compute_86", "86"])
def test_a_capability_in_many_ways(value: str) -> None:
    """As NVIDIA writes it, and as compilers do."""
    says = said(f"capability {value}")
    assert says["compute capability"] == ("8.6",)
    assert says["architecture"] == ("Ampere",)


def test_a_capability_of_two_digits() -> None:
    """sm_120 is 12.0, not 1.20; its variants are targets of their own."""
    says = said("capability sm_120")
    assert says["compute capability"] == ("12.0",)
    assert {"sm_120", "sm_120a", "sm_120f"} <= set(says["targets of nvcc"])
    assert all("RTX" in gpu for gpu in says["GPUs"][:-1])


def test_gpus_that_are_none() -> None:
    """Another maker's is not guessed."""
    assert not ask("gpu Radeon RX 7900").stated
    assert not ask("capability 42.0").stated
