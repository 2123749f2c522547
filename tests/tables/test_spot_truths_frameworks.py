"""Truths on frameworks other than PyTorch, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"METADATA" is what pip's dry run reported of a wheel on 2026-11-21.
"""

from __future__ import annotations

import pytest

from gpucheck.tables import Known, Tables
from gpucheck.versions import ComputeCapability

TABLES = Tables()


def numbers(release: str) -> tuple[int, ...]:
    """Return a release as numbers, which compare."""
    return tuple(map(int, release.split(".")))


@pytest.mark.parametrize(
    ("release", "platform", "python", "cuda", "cudnn"),
    [
        # tensorflow/docs, site/en/install/source.md (commit 02854536, 2018): as it was at the time
        ("1.4.0", "linux_gpu", "2.7, 3.3-3.6", "8", "6"),
        ("1.11.0", "linux_gpu", "2.7, 3.3-3.6", "9", "7"),
        # blog.csdn.net/a243920187, article 104742189, 2020-03: a copy of that page
        ("1.14.0", "linux_gpu", "2.7, 3.3-3.7", "10.0", "7.4"),
        ("2.1.0", "linux_gpu", "2.7, 3.5-3.7", "10.1", "7.6"),
        # tensorflow/docs, source.md and source_windows.md (commit 7c365021, 2026-03)
        ("2.10.0", "windows_gpu", "3.7-3.10", "11.2", "8.1"),
        ("2.15.0", "linux_gpu", "3.9-3.11", "12.2", "8.9"),
        ("2.21.0", "linux_gpu", "3.10-3.13", "12.5", "9.3"),
    ],
)
def test_tested_tensorflow(release: str, platform: str, python: str, cuda: str, cudnn: str) -> None:
    """A page of its time and today's page name the same configuration."""
    row = TABLES.tensorflow_tested.find(
        release, lambda row: (row.release, row.platform) == (release, platform)
    )
    assert isinstance(row, Known)
    assert (row.value.python, row.value.cuda, row.value.cudnn) == (python, cuda, cudnn)


@pytest.mark.parametrize(
    ("release", "cuda", "cudnn_major", "adds"),
    [
        # METADATA, and tensorflow/docs, source.md (commit 7c365021, 2026-03)
        ("2.14.0", "11.8", 8, "nvidia-cudnn-cu11==8.7.0.84"),
        ("2.15.0", "12.2", 8, "nvidia-cudnn-cu12==8.9.4.25"),
        ("2.18.0", "12.5", 9, "nvidia-cudnn-cu12==9.3.0.75"),
    ],
)
def test_tensorflow_wheel(release: str, cuda: str, cudnn_major: int, adds: str) -> None:
    """What a wheel says of itself is what the page says, and its extra adds the same cuDNN."""
    asked = (release, "tensorflow", "linux_x86_64")
    row = TABLES.tensorflow_wheels.find(
        release, lambda row: (row.release, row.package, row.platform) == asked
    )
    assert isinstance(row, Known)
    built = row.value.cuda
    assert built is not None
    assert (built.major, built.minor) == numbers(cuda)
    assert row.value.cudnn_major == cudnn_major
    assert adds in (row.value.and_cuda or ())


@pytest.mark.parametrize(("release", "is_cuda_build"), [("2.10.0", True), ("2.11.0", False)])
def test_last_tensorflow_for_gpus_on_windows(release: str, is_cuda_build: bool) -> None:
    """2.10 is the last with CUDA on Windows: tensorflow/docs, source_windows.md (2026-03)."""
    rows = [
        row
        for row in TABLES.tensorflow_wheels.rows
        if (row.release, row.platform) == (release, "win_amd64")
    ]
    assert rows
    assert any(row.is_cuda_build for row in rows) is is_cuda_build


@pytest.mark.parametrize(
    ("release", "cuda_major", "cuda_min", "cudnn_min"),
    [
        # jax-ml/jax, CHANGELOG.md (commit cec06d11, 2026-08)
        ("0.4.17", 12, "12.2", "8.9.4"),
        ("0.4.26", 12, "12.1", "8.9"),
        ("0.4.31", 12, "12.1", "9.1"),
        ("0.6.0", 12, "12.1", "9.8"),
        # METADATA of jax-cuda13-plugin 0.8.0
        ("0.8.0", 13, "13.0", "9.12"),
    ],
)
def test_libraries_of_jax(release: str, cuda_major: int, cuda_min: str, cudnn_min: str) -> None:
    """JAX names the oldest CUDA and cuDNN."""
    row = TABLES.jax_documented.find(
        release,
        lambda row: (
            row.cuda_major == cuda_major
            and numbers(row.release_from) <= numbers(release)
            and (row.release_to is None or numbers(release) <= numbers(row.release_to))
        ),
    )
    assert isinstance(row, Known)
    assert (row.value.cuda_min, row.value.cudnn_min) == (cuda_min, cudnn_min)


def test_kepler_is_left_out_from_jaxlib_0_4_4_on() -> None:
    """Kepler went with jaxlib 0.4.4: jax-ml/jax, CHANGELOG.md (commit cec06d11, 2026-08)."""
    kepler = ComputeCapability.parse("3.5")
    has = {
        row.release_from: str(kepler) in (row.targets or ())
        for row in TABLES.jax_documented.rows
        if row.cuda_major == 11
    }
    assert [release for release, is_in in has.items() if is_in] == ["0.4.1"]
    assert "0.4.4" in has


def test_what_the_extra_of_jax_brings() -> None:
    """METADATA of jax-cuda12-plugin 0.6.0 asks for cuDNN 9.8 and newer."""
    row = TABLES.jax_wheels.find(
        "0.6.0", lambda row: (row.release, row.cuda_major) == ("0.6.0", 12)
    )
    assert isinstance(row, Known)
    assert row.value.extra == "cuda12"
    assert "nvidia-cudnn-cu12<10.0,>=9.8" in (row.value.with_cuda or ())


@pytest.mark.parametrize(
    ("package", "release", "cuda"),
    [
        # cupy/cupy, docs/source/install.rst of v9.6.0 and v13.6.0
        ("cupy-cuda100", "9.6.0", "10.0"),
        ("cupy-cuda115", "9.6.0", "11.5"),
        ("cupy-cuda11x", "13.6.0", "11.x"),
        ("cupy-cuda13x", "13.6.0", "13.x"),
    ],
)
def test_cupy_package(package: str, release: str, cuda: str) -> None:
    """CuPy's guide of a release names its packages."""
    row = TABLES.cupy_wheels.find(
        package, lambda row: (row.package, row.release) == (package, release)
    )
    assert isinstance(row, Known)
    assert row.value.cuda == cuda


def test_cupy_of_cuda_12() -> None:
    """METADATA of cupy-cuda12x 13.3.0; the guide of that series names Python 3.9 to 3.12."""
    row = TABLES.cupy_wheels.find(
        "13.3.0", lambda row: (row.package, row.release) == ("cupy-cuda12x", "13.3.0")
    )
    assert isinstance(row, Known)
    assert row.value.requires_python == ">=3.9"
    assert "numpy<2.3,>=1.22" in row.value.requires


def test_documented_cupy() -> None:
    """CuPy v13 takes CUDA 11.2 to 13.x: docs/source/install.rst (commit 6b6d9563, 2026-08)."""
    row = TABLES.cupy_documented.find("13", lambda row: row.series == "13")
    assert isinstance(row, Known)
    assert (row.value.capability, row.value.cuda) == ("3.5-12.x", "11.2-13.x")
