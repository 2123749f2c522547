"""Asking for CUDA, cuDNN and drivers."""

from __future__ import annotations

import pytest

from queries.asking import ask, said


@pytest.mark.parametrize("value", ["12.8", "cu128", "CUDA 12.8", "cuda-12.8", "v12.8"])
def test_cuda_is_asked_for_in_many_ways(value: str) -> None:
    """The variant's name, and the number with words before it."""
    assert said(f"cuda {value}")["releases"] == ("12.8.0", "12.8.1")


def test_drivers_of_a_cuda_release() -> None:
    """Full support and minor-version compatibility are two floors."""
    says = said("cuda 12.8")
    assert says["full support from driver"] == ("570.26 (Windows 570.65)",)
    assert says["builds run from driver"] == ("525.60.13 (Windows 528.33)",)
    assert says["driver branch"] == ("570",)


def test_before_11_there_is_one_floor() -> None:
    """Minor-version compatibility came with CUDA 11."""
    says = said("cuda 10.2")
    assert says["full support from driver"] == says["builds run from driver"]


def test_an_update_has_its_own_driver() -> None:
    """12.8 is asked from its first release on, 12.8.1 by itself."""
    assert said("cuda 12.8.1")["full support from driver"] == ("570.124.06 (Windows 572.61)",)


def test_what_nvcc_compiles_with_and_for() -> None:
    """12.8 was the first for Blackwell; GCC 14 its newest compiler."""
    says = said("cuda 12.8")
    assert "sm_120" in says["targets of nvcc"]
    assert "sm_120" not in said("cuda 12.6")["targets of nvcc"]
    assert "GCC 6 to 14" in says["host compilers"]
    assert any(value.startswith("below 2.41") for value in says["glibc"])


def test_builds_for_a_cuda_release() -> None:
    """cu128 came with 2.7 and was the default from 2.8 to 2.10."""
    says = said("cuda 12.8")
    assert says["PyTorch cu128"][0].startswith("2.7.0–")
    assert says["PyTorch by default"] == ("2.8.0–2.10.0",)
    assert "cupy-cuda12x" in says
    assert "nvidia-cuda-runtime-cu12 12.8.90" in says["component wheels"]


def test_old_builds_for_a_cuda_release() -> None:
    """CUDA 11.2 had TensorFlow, CuPy and MXNet, and never PyTorch."""
    says = said("cuda 11.2")
    assert says["TensorFlow"] == ("2.5.0–2.11.1",)
    assert says["cupy-cuda112"] == ("8.5.0–10.6.0",)
    assert "mxnet-cu112" in says
    assert not [topic for topic in says if topic.startswith("PyTorch")]


@pytest.mark.parametrize("value", ["9.10.2", "v9.10.2", "91002", "9.10.2.21"])
def test_cudnn_in_many_ways(value: str) -> None:
    """A release, a wheel's release, and the number that cuDNN returns."""
    says = said(f"cudnn {value}")
    assert says["releases"] == ("9.10.2",)
    assert says["CUDA"] == ("11.0-11.8", "12.0-12.9")
    assert says["pinned by PyTorch"] == ("2.8.0–2.10.0",)


def test_cudnn_by_its_library() -> None:
    """A major means its newest, and the others are named."""
    says = said("cudnn libcudnn.so.8")
    assert says["releases"][0].startswith("8.9")
    assert len(says["there is also"]) > 3


@pytest.mark.parametrize(
    ("release", "offers", "runs_12", "runs_13"),
    [
        ("535.129", "12.2", "yes", "no"),
        ("450.80.02", "11.0", "no", "no"),
        ("580.65.06", "13.0", "yes", "yes on Linux, no on Windows"),
        ("580.95", "13.0", "yes", "yes"),
    ],
)
def test_a_driver(release: str, offers: str, runs_12: str, runs_13: str) -> None:
    """What it offers, and which majors it runs; Windows counts apart."""
    says = said(f"driver {release}")
    assert says["offers CUDA"] == (offers,)
    assert says["runs CUDA 12.x"][0] == runs_12
    assert says["runs CUDA 13.x"][0] == runs_13


def test_a_driver_that_has_dropped_gpus() -> None:
    """590 no longer drives Maxwell, Pascal and Volta; 580 still does."""
    assert any("Volta" in value for value in said("driver 590.44")["no longer drives"])
    assert not any("Volta" in value for value in said("driver 580.95")["no longer drives"])


def test_drivers_that_nobody_knows() -> None:
    """Neither older nor newer than the table's branches."""
    assert not ask("driver 999.1").stated
    assert not ask("driver 12.4").stated
