"""Pick the environment variables that concern GPU work, and never one that holds a secret.

What comes in: all variables. What goes out: those on the list below, as they are set. A value
that carries a user name and password inside an address is left out with the rest.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from gpucheck.probes.reading.place import Place

PREFIXES = (
    "CONDA_",
    "CUBLAS_",
    "CUDA",  # CUDA_HOME, CUDA_VISIBLE_DEVICES, CUDAHOSTCXX
    "CUDNN",
    "CUPY_",
    "JAX_",
    "MXNET_",
    "NCCL_",
    "NUMBA",  # NUMBA_…, and NUMBAPRO_… of its early days
    "NVCC",
    "NVIDIA_",
    "ORT_",
    "PYTORCH_",
    "SLURM_GPU",
    "TF_",
    "TORCH_",
    "XLA_",
)

NAMES = frozenset(
    (
        "CC",
        "COLAB_GPU",
        "CXX",
        "FLUX_JOB_ID",
        "FORCE_CUDA",
        "GPU_DEVICE_ORDINAL",
        "HIP_VISIBLE_DEVICES",
        "KAGGLE_KERNEL_RUN_TYPE",
        "KERAS_BACKEND",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LIBRARY_PATH",
        "LSB_JOBID",
        "NVTX_INJECTION64_PATH",
        "PATH",
        "PBS_JOBID",
        "PYTHONHOME",
        "PYTHONNOUSERSITE",
        "PYTHONPATH",
        "ROCR_VISIBLE_DEVICES",
        "SGE_TASK_ID",
        "SLURM_JOB_GPUS",
        "SLURM_JOB_ID",
        "SLURM_LOCALID",
        "SLURM_NTASKS",
        "SLURM_PROCID",
        "SLURM_STEP_GPUS",
        "TORCHDYNAMO_DISABLE",
        "VCToolsVersion",
        "VIRTUAL_ENV",
        "WSL_DISTRO_NAME",
        "_CONDOR_SLOT",
    )
)

SECRET_WORDS = ("TOKEN", "KEY", "SECRET", "PASS", "CREDENTIAL", "AUTH")
"""A name with one of these inside is never reported, whatever the lists above say."""


def concerning_gpus(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that concern GPU work, by name in order."""
    return {name: environ[name] for name in sorted(environ) if _is_wanted(name, environ[name])}


def _is_wanted(name: str, value: str) -> bool:
    is_listed = name in NAMES or name.startswith(PREFIXES)
    is_secret = any(word in name.upper() for word in SECRET_WORDS)
    return is_listed and not is_secret and not ("://" in value and "@" in value)


def environment(place: Place) -> Iterator[tuple[Any, ...]]:
    """Report the variables; bytes that are not UTF-8 are replaced."""
    found = concerning_gpus(place.environ)
    yield "environment", {name: place.clean(value) for name, value in found.items()}


STEPS = (("environment", "environment variables", environment),)
