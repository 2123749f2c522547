"""Reasons of skipped tests: which say that a GPU is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.gpu_skips import says_that_a_gpu_is_missing

MISSING = [
    "CUDA is not available",
    "CUDA not available",
    "CUDA isn't available",
    "cuda unavailable",
    "no GPU",
    "No CUDA GPUs are available",
    "no CUDA-capable device is detected",
    "needs 2 GPUs",
    "Test requires multiple GPUs",
    "test requires CUDA",
    "requires CUDA12",
    "requires at least one NVIDIA GPU",
    "at least 2 GPUs needed",
    "fewer than 2 GPUs",
    "CUDA GPU required",
    "A GPU is needed for this test",
    "GPU-only test",
    "only runs on cuda",
    "Only for GPU",
    "could not find a CUDA installation",
    "condition: not torch.cuda.is_available()",
    "condition: not HAS_CUDA",
    "not has_gpu",
    "is_cuda_available() is False",
    "torch.version.cuda is None",
    "TEST_CUDA == False",
    "CUDA_VISIBLE_DEVICES is empty",
    "libcudnn.so.9: cannot open shared object file",
    "libcuda.so.1 not found",
    "NVML is not installed",
    "built without CUDA",
    "missing CUDA toolkit",
    "Torch not compiled with CUDA enabled",
    "cannot run without a GPU",
    "skipped on machines without a GPU",
    "found 0 GPUs",
    "condition: torch.cuda.device_count() < 2",
    "condition: num_gpus == 0",
    "condition: not numba.cuda.is_available()",
    "numba.cuda is not available",
    "condition: not torch.cuda.device_count()",
    "torch.cuda.device_count() is 0",
    "requires gpus >= 2",
    "ngpus < 2",
    "NGPU == 0",
    "len(gpus) < 2",
    "CUDA is not available (CPU-only build of torch)",
    "CUDA is not available: No module named 'pynvml'",
    "CUDA memory tests need a GPU",
    "CUDA version 12.0 or newer is required, but CUDA is not available",
    "multi-GPU is not available",
    "CUDA_HOME is not set",
]
OTHER = [
    "needs Windows",
    "requires ROCm",
    "flaky on GPU",
    "not supported on CUDA",
    "does not support CUDA",
    "CUDA graphs are not implemented here",
    "broken on NVIDIA driver 535",
    "CPU-only path; a GPU is present",
    "requires no GPU",
    "only on machines without CUDA",
    "for a build without CUDA",
    "no longer needed on the GPU",
    "runs out of GPU memory",
    "Skipping slow GPU tests",
    "requires pillow",
    "does not need a GPU",
    "doesn't require CUDA",
    "CPU only test; GPU not needed here",
    "no multi-GPU support",
    "requires CUDA 13 but this has 12.4",
    "requires CUDA < 13",
    "requires CUDA >= 12.8",
    "condition: torch.version.cuda < '12.4'",
    "cupy-cuda12x not installed",
    "No module named 'pycuda'",
    "could not import 'pynvml': No module named 'pynvml'",
    "not enough GPU memory",
    "CUDA graphs are not enabled",
    "CUDA streams are not available",
    "requires at least 80GB GPU memory",
    "no GPU memory leak test",
    "multi-gpu tests are not enabled",
    "requires CUDA 13 or newer",
    "requires CUDA 12.8+",
    "CUDA 13 is not available",
    "requires Hopper GPU",
    "GPU with compute capability >= 9.0 required",
    "RUN_GPU_TESTS is not set",
    "nvidia-dali not installed",
    "CUDA IPC not available",
    "no cuda tests",
    "condition: torch.cuda.device_count() > 1",
    "condition: device_count() >= 2",
    "condition: torch.cuda.device_count() != 1",
    "CPU only, not GPU",
    "cuda." * 100,
    "gpu " * 500,
    "",
]


@pytest.mark.parametrize("reason", MISSING)
def test_a_missing_gpu(reason: str) -> None:
    """In the words that test suites use."""
    assert says_that_a_gpu_is_missing(reason)


@pytest.mark.parametrize("reason", OTHER)
def test_other_reasons(reason: str) -> None:
    """A test that is skipped for them is no sign of a missing GPU."""
    assert not says_that_a_gpu_is_missing(reason)


@given(st.text(max_size=200) | st.from_regex(r"(no |needs |gpu ?){0,60}"))
def test_any_reason_has_an_answer(reason: str) -> None:
    """Whatever somebody wrote."""
    assert says_that_a_gpu_is_missing(reason) in {True, False}
