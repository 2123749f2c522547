"""Asking for JAX, CuPy, numba, MXNet, ONNX Runtime, add-ons, and a Python."""

from __future__ import annotations

import pytest

from queries.asking import ask, said


def test_jax_has_a_plugin_for_each_cuda_major() -> None:
    """CUDA 13 came with 0.7.2; its builds need Turing."""
    says = said("jax 0.7.2")
    assert says["CUDA 13"][:2] == ("jax[cuda13]", "plugin 0.7.2")
    assert "GPUs from 7.5" in says["CUDA 13 documented"]
    assert "GPUs from 5.2" in says["CUDA 12 documented"]
    assert any(wheel.startswith("nvidia-cudnn-cu13") for wheel in says["CUDA 13 brings"])


def test_jax_before_plugins() -> None:
    """Then the package index had no CUDA for JAX."""
    assert said("jax 0.3.1")["CUDA plugin"] == ("none on the package index",)


def test_a_cupy_release() -> None:
    """13.6.0 is the first for CUDA 13 and the last for CUDA 11."""
    says = said("cupy 13.6.0")
    assert {"cupy-cuda11x", "cupy-cuda12x", "cupy-cuda13x"} <= set(says)
    assert says["cupy-cuda12x"][0] == "CUDA 12.x"
    assert "cupy-cuda11x" not in said("cupy 14.0.0")


@pytest.mark.parametrize("value", ["cupy-cuda112", "CuPy-CUDA112"])
def test_a_cupy_package(value: str) -> None:
    """Its span, and its newest release."""
    says = said(f"cupy {value}")
    assert says["releases"] == ("8.5.0–10.6.0", "16 in all")
    assert says["cupy-cuda112"][0] == "CUDA 11.2"


def test_a_release_of_a_cupy_package() -> None:
    """Only that package is shown."""
    says = said("cupy cupy-cuda12x==13.6.0")
    assert "cupy-cuda12x" in says
    assert "cupy-cuda13x" not in says


def test_cupy_brings_a_toolkit_from_14_on() -> None:
    """The extra [ctk] is new there."""
    assert "cupy-cuda13x[ctk] brings" in said("cupy 14.0.0")
    assert "cupy-cuda13x[ctk] brings" not in said("cupy 13.6.0")


def test_a_numba_release() -> None:
    """What its wheel wants, and what its documentation tested."""
    says = said("numba 0.52.0")
    assert says["Python"] == ("3.6–3.8",)
    assert says["tested with NumPy"] == (">=1.15,<1.20",)
    assert says["CUDA toolkit from"] == ("9.0",)


@pytest.mark.parametrize("question", ["numba-cuda 0.20.0", "numba numba-cuda==0.20.0"])
def test_numba_cuda(question: str) -> None:
    """A package of its own, with an extra for each CUDA major."""
    says = said(question)
    assert {"[cu12] brings", "[cu13] brings"} <= set(says)
    assert "tested with NumPy" not in says


def test_an_mxnet_release() -> None:
    """1.9.1 has CUDA on Linux only, and is the last."""
    says = said("mxnet 1.9.1")
    assert "mxnet-cu112" in says["for CUDA, installable"]
    assert says["for CUDA, installable"][-1].startswith("Linux x86_64;")
    assert "1.9.1" in says["retired"][0]


def test_an_mxnet_package() -> None:
    """Windows had CUDA up to 1.5.0."""
    assert said("mxnet mxnet-cu101")["Windows"] == ("1.5.0",)


def test_an_onnxruntime_release() -> None:
    """From 1.19 on the package index has CUDA 12 and cuDNN 9."""
    says = said("onnxruntime 1.20.2")
    assert says["CUDA"] == ("12.x",)
    assert says["cuDNN"] == ("9",)
    assert says["builds run from driver"][0] == "525.60.13 (Windows 528.33)"
    assert said("onnxruntime-gpu 1.18.0")["CUDA"][0].startswith("11")


def test_the_package_for_the_cpu_is_another() -> None:
    """Who asks for onnxruntime is shown onnxruntime-gpu, and told so."""
    assert "CPU package" in said("onnxruntime 1.18.0")["package"][0]
    assert "package" not in said("onnxruntime-gpu 1.18.0")


def test_a_documented_release_without_a_wheel() -> None:
    """The wheels on the index begin with 1.11.0."""
    assert said("onnxruntime-gpu 1.10")["documented for 1.10"][-1].startswith("no wheel")
    assert said("onnxruntime-gpu 1.11.0")["documented for 1.11"][-1] == "on the package index"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("mxnet-cu102 1.9.1", "for CUDA, installable"),
        ("cupy-cuda112 10.6", "cupy-cuda112"),
        ("jaxlib 0.7.2", "CUDA 12"),
    ],
)
def test_a_package_s_own_name_is_a_subject(question: str, topic: str) -> None:
    """As it stands in a list of requirements."""
    assert topic in said(question)


def test_companions_can_be_asked_for() -> None:
    """From torchvision to its torch."""
    assert said("torchvision 0.24.1")["torch"] == ("==2.9.1",)
    assert said("torchaudio 2.9")["shown"] == ("2.9.1, the newest",)


def test_an_onnxruntime_release_that_is_only_documented() -> None:
    """The wheels of 1.3 are gone; the page still names their CUDA."""
    assert said("onnxruntime 1.3")["documented for 1.3"][:2] == ("CUDA 10.1", "cuDNN 7.6.5")


@pytest.mark.parametrize(
    ("question", "torch"),
    [
        ("xformers 0.0.33.post2", "==2.9.1"),
        ("vllm 0.7.3", "==2.5.1"),
        ("triton 3.5.0", "the wheel names none"),
    ],
)
def test_the_torch_of_an_add_on(question: str, torch: str) -> None:
    """As the wheel requires it."""
    assert said(question)["torch"] == (torch,)


def test_an_add_on_without_wheels() -> None:
    """flash-attn is compiled on the spot."""
    assert said("flash-attn 2.8.3")["wheels"][0].startswith("only its source")


@pytest.mark.parametrize("value", ["3.13", "3.13.5", "python3.13", "cp313", "py313"])
def test_a_python_in_many_ways(value: str) -> None:
    """Its number, and how wheels write it."""
    says = said(f"python {value}")
    assert says["PyTorch"][0].startswith("2.5.0–")
    assert says["TensorFlow"][0].startswith("2.20.0–")
    assert "TensorFlow with CUDA, Windows" not in says


def test_an_old_python() -> None:
    """Python 2.7 ended with torch 1.4.0 and TensorFlow 2.1.0."""
    says = said("python 2.7")
    assert says["PyTorch"] == ("1.0.0–1.4.0",)
    assert says["TensorFlow"][-1] == "2.1.0"
    assert "JAX with CUDA" not in says


def test_a_free_threaded_python() -> None:
    """It needs wheels of its own; TensorFlow has none."""
    says = said("python 3.13t")
    assert "PyTorch" in says
    assert "TensorFlow" not in says


def test_a_refused_python_is_not_counted() -> None:
    """numba-cuda's wheels are for any Python 3, but it requires 3.9."""
    assert "numba-cuda" not in said("python 3.8")


def test_a_framework_without_wheels_is_named() -> None:
    """So its absence is an answer."""
    assert said("python 3.14")["no wheels of"] == ("TensorFlow",)
    assert "TensorFlow" in said("cuda 13.0")["no build known of"]
    assert "no wheels of" not in said("python 3.12")


def test_a_tag_for_any_python_is_no_support() -> None:
    """What pip would take is told from what was built; a pinned torch has to be there as well."""
    says = said("python 3.14")
    assert "tags that take any Python 3" in says["MXNet"][-1]
    assert "tags that take any Python 3" in says["bitsandbytes"][-1]
    assert says["vllm"][0].startswith("0.20.0–")
    assert len(says["PyTorch"]) == 1


def test_gaps_are_told() -> None:
    """Between 0.20.1 and 0.26.0 numba-cuda refuses 3.14."""
    assert said("python 3.14")["numba-cuda"][:2] == ("0.0.12–0.20.1", "0.26.0–0.30.4")


def test_what_a_table_does_not_go_back_to() -> None:
    """Windows builds of PyTorch are known from 1.7.0 on, which is not where they began."""
    assert "older ones are not known" in said("python 3.7")["PyTorch with CUDA, Windows"]
    assert "older ones are not known" not in said("python 3.12")["PyTorch with CUDA, Windows"]


def test_a_python_that_there_is_not() -> None:
    """Packages for any Python 3 do not make one."""
    assert not ask("python 3.99").stated
    assert not ask("python 4.0").stated
