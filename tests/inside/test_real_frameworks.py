"""Real frameworks, each in its own throw-away environment, are what detection is measured by.

They need the package index that pip is configured for. What is asserted holds without a GPU.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from environments import make_environment
from gpucheck.facts import Framework
from inside.installing import pip_install
from inside.probing import as_framework, as_packages, run_probe, told

pytestmark = pytest.mark.slow

HAS_NVIDIA_DRIVER = Path("/proc/driver/nvidia/version").exists() or Path("/dev/dxg").exists()
Look = Callable[..., tuple[Framework, Framework]]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Install requirements, then return a framework as its files and as its import tell it."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)

    def install_and_look(framework: str, *requirements: str) -> tuple[Framework, Framework]:
        python = make_environment(tmp_path)
        pip_install(python, *requirements)
        packages = told(run_probe(python, "probes/packages"))
        assert as_packages(packages).environment_kind == "venv"
        static = as_framework(packages["frameworks"][framework])
        return static, as_framework(told(run_probe(python, f"frameworks/{framework}")))

    return install_and_look


def assert_no_gpu(framework: Framework, error: str | None) -> None:
    """Check that the framework imported, sees no device, and says why in its own words."""
    assert framework.import_failure is None
    assert framework.is_gpu_usable is False
    assert framework.devices == ()
    assert error is None or error in (framework.gpu_error or "")


def test_torch(look: Look) -> None:
    """Files and import agree on the build, which the release's own suffix confirms."""
    static, imported = look("torch", "torch==2.13.0")
    has_cuda = sys.platform == "linux" and not (static.release or "").endswith("+cpu")
    assert static.release == imported.release
    assert (static.is_cuda_build, imported.is_cuda_build) == (has_cuda, has_cuda)
    assert static.built_for_cuda == imported.built_for_cuda
    assert (static.built_for_cuda is not None) is has_cuda
    assert bool(imported.sass_targets) is has_cuda
    if not has_cuda:
        assert_no_gpu(imported, "Torch not compiled with CUDA enabled")
    elif not HAS_NVIDIA_DRIVER:
        assert_no_gpu(imported, "Found no NVIDIA driver")
        assert imported.runtime_cuda is not None


def test_tensorflow_cpu(look: Look) -> None:
    """tensorflow-cpu is told from tensorflow, and Keras comes with it."""
    static, imported = look("tensorflow", "tensorflow-cpu")
    assert static.distribution == "tensorflow-cpu"
    assert (static.is_cuda_build, imported.is_cuda_build) == (False, False)
    assert static.release == imported.release
    assert [c.name for c in imported.companions if c.import_failure is None] == ["keras"]
    assert_no_gpu(imported, None)


def test_jax(look: Look) -> None:
    """Jax with nothing but jaxlib computes on the CPU."""
    static, imported = look("jax", "jax")
    assert static.is_cuda_build is False
    assert static.release == imported.release
    assert [companion.name for companion in imported.companions] == ["jaxlib"]
    assert_no_gpu(imported, "Unknown backend")


@pytest.mark.skipif(HAS_NVIDIA_DRIVER, reason="asserts what is said without a driver")
def test_cupy(look: Look) -> None:
    """A CUDA build is known as one without a driver; the minor is known after the import."""
    static, imported = look("cupy", "cupy-cuda12x")
    assert (static.distribution, static.is_cuda_build) == ("cupy-cuda12x", True)
    assert (static.built_for_cuda, static.built_for_cuda_major) == (None, 12)
    assert imported.built_for_cuda is not None
    assert imported.built_for_cuda.major == 12
    assert imported.runtime_cuda is not None
    assert_no_gpu(imported, "cudaErrorInsufficientDriver")


@pytest.mark.skipif(HAS_NVIDIA_DRIVER, reason="asserts what is said without a driver")
def test_numba(look: Look) -> None:
    """Numba has no CUDA build; with numba-cuda it says that the driver is missing."""
    static, imported = look("numba", "numba", "numba-cuda")
    assert static.is_cuda_build is None
    assert "is_cuda_build" in static.unavailable
    assert [companion.name for companion in imported.companions] == ["numba_cuda"]
    assert_no_gpu(imported, "driver library cannot be found")


def test_onnxruntime(look: Look) -> None:
    """The plain wheel has no CUDA provider."""
    static, imported = look("onnxruntime", "onnxruntime")
    assert (static.is_cuda_build, imported.is_cuda_build) == (False, False)
    assert static.release == imported.release
    assert_no_gpu(imported, "CPUExecutionProvider")
