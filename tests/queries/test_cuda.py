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
    assert says["builds run from driver"][0] == "525.60.13 (Windows 528.33)"
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
        ("535.129", "12.2", "yes: all of 12.0–12.2; 12.3–12.9 without", "no, needs 580.65.06"),
        ("450.80.02", "11.0", "no, needs 525.60.13 or newer", "no, needs 580.65.06 or newer"),
        ("580.65.06", "13.0", "yes, all of it", "yes: all of 13.0; 13.1–13.5 without code"),
        ("580.95", "13.0", "yes, all of it", "yes: all of 13.0; 13.1–13.5 without code"),
        ("580.70", "13.0", "yes, all of it", "Linux: yes: all of 13.0"),
    ],
)
def test_a_driver(release: str, offers: str, runs_12: str, runs_13: str) -> None:
    """What it offers, and how it runs each major; numbers that Windows can have count apart."""
    says = said(f"driver {release}")
    assert says["offers CUDA"] == (offers,)
    assert says["runs CUDA 12.x"][0].startswith(runs_12)
    assert says["runs CUDA 13.x"][0].startswith(runs_13)


def test_minor_version_compatibility_is_told() -> None:
    """470 runs builds for 11.8, but compiles none of their PTX."""
    assert said("driver 470.82.01")["runs CUDA 11.x"] == (
        "yes: all of 11.0–11.4; 11.5–11.8 without code that is compiled at run time",
    )


def test_forward_compatibility_is_told() -> None:
    """Data-centre GPUs run CUDA 13 on branch 535 with a package; 550 is not in NVIDIA's matrix."""
    assert "cuda-compat, up to 13." in said("driver 535.129")["runs CUDA 13.x"][-1]
    assert len(said("driver 550.54.14")["runs CUDA 13.x"]) == 1


@pytest.mark.parametrize(
    ("release", "old"),
    [("384.81.1", "7.0–9.0"), ("390.48.1", "7.0–9.1"), ("418.40.04", "7.0–10.1")],
)
def test_an_old_driver_runs_old_releases(release: str, old: str) -> None:
    """Each release before 11 has a minimum of its own."""
    says = said(f"driver {release}")
    assert says["runs CUDA before 11"] == (old,)
    assert says["runs CUDA 11.x"] == ("no, needs 450.80.02 or newer",)


def test_a_driver_as_windows_shows_it() -> None:
    """The last five digits are NVIDIA's release."""
    says = said("driver 31.0.15.5161")
    assert says["shown"] == ("551.61, for Windows",)
    assert says["runs CUDA 13.x"] == ("no, needs 580.88 or newer",)


def test_a_driver_between_branches() -> None:
    """Windows numbers on within a branch, so the branch is named as the last one known."""
    assert said("driver 551.61")["branch"] == ("that of 550, the last one known up to 551",)


def test_a_branch_means_its_newest_driver() -> None:
    """The first of branch 535 would be older than what CUDA 12.2 asks for."""
    says = said("driver 535")
    assert "newest" in says["shown"][0]
    assert says["runs CUDA 12.x"][0].startswith("yes: all of 12.0–12.2;")


def test_a_major_of_cuda_means_its_newest_minor() -> None:
    """It is said which is shown."""
    says = said("cuda 12")
    assert says["shown"] == ("CUDA 12.9, the newest",)
    assert "12.8" in says["there is also"]
    assert "shown" not in said("cuda 12.8")


@pytest.mark.parametrize(
    ("value", "release"),
    [
        ("10.1.243", "10.1.105"),
        ("11.8.89", "11.8.0"),
        ("V12.4.131", "12.4.0"),
        ("Cuda compilation tools, release 12.4, V12.4.131", "12.4.0"),
    ],
)
def test_the_build_that_nvcc_prints(value: str, release: str) -> None:
    """It is a number of nvcc, not of the toolkit, which is shown by its minor."""
    says = said(f"cuda {value}")
    assert release in says["releases"]
    assert "is a build" in says["shown"][0]


def test_an_update_that_there_is_not() -> None:
    """One digit is an update; it is not taken for a build."""
    assert not ask("cuda 12.8.9").stated


def test_the_cudnn_of_a_cuda_has_gaps() -> None:
    """Releases whose matrix names 11.0 to 11.6 or 11.7 are not for 11.8."""
    assert said("cuda 11.8")["cuDNN"] == ("8.3.1–8.3.2", "8.6.0–9.10.2")


def test_old_wheels_of_tensorflow_are_documented() -> None:
    """1.15 and 2.0 do not say that they are for CUDA 10.0; the page does."""
    says = said("cuda 10.0")
    assert says["TensorFlow"] == ("1.13.1–1.14.0",)
    assert says["TensorFlow, documented"] == ("1.15.0–2.0.0",)


def test_a_driver_that_has_dropped_gpus() -> None:
    """590 no longer drives Maxwell, Pascal and Volta; 580 still does."""
    assert any("Volta" in value for value in said("driver 590.44")["no longer drives"])
    assert not any("Volta" in value for value in said("driver 580.95")["no longer drives"])


def test_drivers_that_nobody_knows() -> None:
    """Neither older nor newer than the table's branches."""
    assert not ask("driver 999.1").stated
    assert not ask("driver 12.4").stated
