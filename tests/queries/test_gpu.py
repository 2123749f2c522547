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
    assert says["memory of each GPU in GB"] == ("24",)
    assert says["CUDA toolkits"][0] == "from 11.8"


def test_rates_of_one_product() -> None:
    """Dense, without sparsity: an A100 makes 312 TFLOP/s in FP16."""
    assert "FP16 312" in said("gpu A100-SXM4-80GB")["dense TFLOP/s (FP32 accumulation)"]


def test_a_share_of_a_gpu_has_no_rates() -> None:
    """A MIG device can do less than the whole."""
    says = said("gpu NVIDIA A100-SXM4-80GB MIG 1g.10gb")
    assert says["part of"] == ("A100-SXM4-80GB",)
    assert "dense TFLOP/s (FP32 accumulation)" not in says
    assert not [topic for topic in says if "memory" in topic]


def test_a_name_of_several_products() -> None:
    """What they share is stated once, what differs is listed."""
    says = said("gpu H100")
    assert len(says["product"]) > 2
    assert says["compute capability"] == ("9.0",)
    assert {"80", "94"} <= set(says["memory of each GPU in GB"])


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


@pytest.mark.parametrize("name", ["Jetson AGX Orin", "Jetson Nano", "Jetson Xavier NX"])
def test_a_jetson_has_jetpack(name: str) -> None:
    """Its CUDA, its driver and its builds come from there, and no wheel of a PC is offered."""
    says = said(f"gpu {name}")
    assert "JetPack" in says["CUDA toolkits"][0]
    assert "JetPack" in says["drivers"][0]
    for framework in ("PyTorch", "TensorFlow"):
        assert "JetPack" in says[f"newest {framework}, Linux aarch64"][0]
        assert f"newest {framework}" not in says


def test_a_jetson_that_wheels_have_code_for() -> None:
    """PyTorch's wheels for Arm have machine code for Thor."""
    assert said("gpu Jetson T5000")["newest PyTorch, Linux aarch64"] == ("2.15.0", "cu132")


@pytest.mark.parametrize("name", ["GB10", "GH200", "GB300"])
def test_a_module_with_an_arm_cpu(name: str) -> None:
    """TensorFlow has no CUDA build for Arm; PyTorch has."""
    says = said(f"gpu {name}")
    assert "no release has a CUDA build" in says["newest TensorFlow, Linux aarch64"][0]
    assert says["newest PyTorch, Linux aarch64"][0] == "2.15.0"


def test_a_capability_of_cards_and_modules_is_told_for_cards() -> None:
    """9.0 is an H100 as well as a GH200; 12.1 is GB10 only."""
    assert "newest PyTorch" in said("capability 9.0")
    assert "newest PyTorch, Linux aarch64" in said("capability 12.1")


@pytest.mark.parametrize("name", ["GTX 1080 Ti", "V100", "MX150"])
def test_a_gpu_that_newer_cudnn_dropped(name: str) -> None:
    """TensorFlow 2.21 takes any cuDNN from 9.3 on; 9.11 ended Maxwell, Pascal and Volta."""
    newest = said(f"gpu {name}")["newest TensorFlow"]
    assert newest[0] == "2.21.0"
    assert newest[-1].startswith("with nvidia-cudnn-cu12==9.10.2.21")


def test_a_gpu_that_every_cudnn_of_a_build_dropped() -> None:
    """2.4 to 2.7 have code for a K80, and a cuDNN that begins with Maxwell."""
    says = said("gpu K80")
    assert says["newest PyTorch"][:2] == ("2.3.1", "cu118")
    assert any("not known" in value for value in says["newest PyTorch"])
    assert says["newer PyTorch"][0].startswith("2.4.0–2.7.0: its code, but cuDNN 9.1.0")
    assert says["newest TensorFlow"][:2] == (
        "2.14.1",
        "tensorflow",
    )  # its extra cannot be installed
    assert says["newer PyTorch"][1] == "2.7.1: not known for which GPUs"


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
