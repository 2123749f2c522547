"""Asking for a wheel of NVIDIA, a library, or a retired framework."""

from __future__ import annotations

import pytest

from queries.asking import ask, said


@pytest.mark.parametrize(
    "value",
    [
        "nvidia-cuda-runtime-cu12==12.4.127",
        "nvidia_cuda_runtime_cu12 12.4.127",
        "NVIDIA-CUDA-Runtime-cu12 = 12.4.127",
    ],
)
def test_a_component_wheel_belongs_to_a_cuda(value: str) -> None:
    """12.4.127 is the runtime of CUDA 12.4.1, which torch 2.5 and 2.6 require."""
    says = said(f"wheel {value}")
    assert says["belongs to CUDA"] == ("12.4.1",)
    assert says["required by PyTorch"] == ("2.5.0–2.6.0",)
    assert says["provides"] == ("libcudart.so",)


def test_a_library_with_releases_of_its_own() -> None:
    """No CUDA release holds cuDNN."""
    says = said("wheel nvidia-cudnn-cu12==9.1.0.70")
    assert "belongs to CUDA" not in says
    assert says["required by PyTorch"] == ("2.4.0–2.6.0",)


def test_a_package_without_a_release() -> None:
    """Its span and its newest."""
    says = said("wheel nvidia-cublas-cu12")
    assert says["belongs to CUDA"][0].startswith("12.")
    assert " for CUDA 12.9.2" in says["newest"][0]


def test_a_release_that_there_is_not() -> None:
    """Those that there are, are offered."""
    answer = ask("wheel nvidia-cuda-runtime-cu12==12.8")
    assert not answer.stated
    assert "12.8.90" in answer.near


@pytest.mark.parametrize(
    ("value", "package"),
    [
        ("libcudnn.so.9", "nvidia-cudnn-cu12"),
        ("libcudnn_ops.so.9", "nvidia-cudnn-cu12"),
        ("/usr/lib/libcudart.so.12", "nvidia-cuda-runtime-cu12"),
        ("libnvrtc.so.12", "nvidia-cuda-nvrtc-cu12"),
        ("cudart", "nvidia-cuda-runtime-cu12"),
    ],
)
def test_who_provides_a_library(value: str, package: str) -> None:
    """Its wheel for CUDA 12."""
    assert said(f"library {value}")["wheel for CUDA 12"] == (package,)


def test_the_number_after_so_can_be_cudas() -> None:
    """libcudart.so.12 is of CUDA 12; libcudnn.so.9 says nothing of CUDA."""
    assert "wheel for CUDA 13" not in said("library libcudart.so.12")
    assert "wheel for CUDA 13" in said("library libcudnn.so.9")


def test_the_driver_s_own_library() -> None:
    """No package has libcuda."""
    assert "driver" in said("library libcuda.so.1")["comes with"][0]


def test_a_dll_is_a_library_too() -> None:
    """cudnn64_8.dll is what TensorFlow 2.4 to 2.10 load on Windows."""
    says = said("library cudnn64_8.dll")
    assert says["is"] == ("cuDNN",)
    assert says["loaded by TensorFlow on Windows"] == ("2.4.0–2.10.1",)


@pytest.mark.parametrize(
    ("value", "major", "package"),
    [
        ("cudart64_110.dll", 11, "nvidia-cuda-runtime-cu11"),
        ("cudart64_12.dll", 12, "nvidia-cuda-runtime-cu12"),
        ("nvrtc64_120_0.dll", 12, "nvidia-cuda-nvrtc-cu12"),
        ("cudart64_102.dll", 10, "none"),
        ("cudart64_92.dll", 9, "none"),
        ("libcudart.so.10.2", 10, "none"),
    ],
)
def test_the_cuda_of_a_library_s_number(value: str, major: int, package: str) -> None:
    """Windows writes 11.0 as 110; only that major's wheel is named."""
    says = said(f"library {value}")
    wheels = {topic: values for topic, values in says.items() if topic.startswith("wheel")}
    assert wheels == {f"wheel for CUDA {major}": (package,)}


@pytest.mark.parametrize("value", ["theano", "Theano"])
def test_a_retired_framework(value: str) -> None:
    """Its end, and its successor."""
    says = said(f"retired {value}")
    assert says["last release"] == ("1.0.5",)
    assert "PyTensor" in says["instead"][0]


def test_a_retired_framework_by_its_package() -> None:
    """MXNet's packages are named after CUDA."""
    assert "MXNet" in said("retired mxnet-cu112")["retired"][0]


def test_a_living_framework_is_not_retired() -> None:
    """The table holds only what has ended."""
    assert not ask("retired torch").stated
