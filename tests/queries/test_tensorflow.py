"""Asking for a TensorFlow release."""

from __future__ import annotations

import pytest

from queries.asking import said


def test_a_release_with_its_build_and_what_was_tested() -> None:
    """2.5.0: CUDA 11.2, cuDNN 8 in the wheel, 8.1 in the documentation, NumPy 1.19."""
    says = said("tensorflow 2.5.0")
    assert says["Python"] == ("3.6–3.9",)
    assert says["Linux x86_64"][:2] == ("CUDA 11.2", "cuDNN 8")
    assert says["Windows"][:2] == ("CUDA 11.2", "cuDNN 8")
    assert says["documented, Linux"][1:] == ("CUDA 11.2", "cuDNN 8.1", "Python 3.6-3.9")
    assert says["numpy"] == ("~=1.19.2",)
    assert "the wheel differs" not in says
    assert says["builds run from driver"][0] == "450.80.02 (Windows 452.39)"
    assert "no extra" in says["CUDA comes from"][0]


def test_one_of_three_packages() -> None:
    """They write the same files, so one is enough."""
    assert said("tf 2.5.0")["install only"][0].startswith(
        "one of tensorflow, tensorflow-gpu, tensorflow-cpu"
    )


def test_where_wheel_and_documentation_differ() -> None:
    """The page names Python 3.3 and 3.4 for 1.15.0; there are no such wheels."""
    assert said("tensorflow 1.15.0")["the wheel differs"] == (
        "Python 2.7, 3.5–3.7, documented 2.7, 3.3-3.7",
    )


def test_the_extra_brings_cuda() -> None:
    """2.18 pins each of NVIDIA's wheels."""
    says = said("tensorflow 2.18.0")
    assert "nvidia-cudnn-cu12==9.3.0.75" in says["[and-cuda] brings"]
    assert "CUDA comes from" not in says


def test_the_wheel_for_windows_is_told() -> None:
    """2.10 is the last minor with CUDA for Windows."""
    assert "2.10.1" in said("tensorflow 2.18.0")["on Windows"][0]
    assert "on Windows" not in said("tensorflow 2.10.0")


def test_tensorflow_gpu_has_an_end() -> None:
    """Who asks for a release it lacks is told its last, and shown tensorflow."""
    says = said("tensorflow-gpu 2.12.0")
    assert says["tensorflow-gpu"] == ("there is no 2.12.0: its last release is 2.11.0",)
    assert says["shown"] == ("tensorflow 2.12.0",)
    assert says["Linux x86_64"][0] == "CUDA 11.8"


@pytest.mark.parametrize(
    ("release", "build"),
    [("1.12.0", "tensorflow-gpu==1.12.0: CUDA 9.0, cuDNN 7"), ("1.4.0", "tensorflow-gpu==1.4.0")],
)
def test_old_releases_name_the_package_with_cuda(release: str, build: str) -> None:
    """Before 1.15 plain tensorflow was built without CUDA."""
    assert said(f"tensorflow {release}")["the CUDA build is"][0].startswith(build)


def test_a_short_value_means_the_newest() -> None:
    """Also under the package's other names."""
    assert said("tensorflow-cpu 2.18")["shown"] == ("2.18.1, the newest",)


def test_one_line_says_what_is_shown() -> None:
    """Also where both the package and the release were left open."""
    says = said("tensorflow-gpu 2.12")
    assert says["shown"] == ("tensorflow 2.12.1",)
    assert says["there is also"] == ("2.12.0",)


@pytest.mark.parametrize("release", ["2.14.0", "2.14.1", "2.15.0"])
def test_an_extra_that_cannot_be_installed(release: str) -> None:
    """Up to 2.15.0 it pins releases of tensorrt that fail to install."""
    assert "2.15.1" in said(f"tensorflow {release}")["[and-cuda] with pip"][0]
    assert "[and-cuda] with pip" not in said("tensorflow 2.15.1")
