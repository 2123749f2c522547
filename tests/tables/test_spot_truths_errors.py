"""Truths on error codes and messages, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"""

from __future__ import annotations

import re

import pytest

from gpucheck.tables import Known, Tables

TABLES = Tables()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        # NVIDIA/go-nvml, gen/nvml/nvml.h (commit 2f9e261, 2026-07)
        (3, "NVML_ERROR_NOT_SUPPORTED"),
        (9, "NVML_ERROR_DRIVER_NOT_LOADED"),
        (12, "NVML_ERROR_LIBRARY_NOT_FOUND"),
        (15, "NVML_ERROR_GPU_IS_LOST"),
        (18, "NVML_ERROR_LIB_RM_VERSION_MISMATCH"),
        (30, "NVML_ERROR_RESET_TYPE_NOT_SUPPORTED"),
        (999, "NVML_ERROR_UNKNOWN"),
    ],
)
def test_name_of_an_nvml_code(code: int, name: str) -> None:
    """The header of NVML names its return codes."""
    row = TABLES.nvml_errors.find(str(code), lambda row: row.code == code)
    assert isinstance(row, Known)
    assert row.value.name == name


@pytest.mark.parametrize(
    ("code", "runtime_name"),
    [
        # driver_types.h of nvidia-cuda-runtime-cu12 12.9.79, unpacked on 2026-11-21
        (2, "cudaErrorMemoryAllocation"),
        (35, "cudaErrorInsufficientDriver"),
        (100, "cudaErrorNoDevice"),
        (209, "cudaErrorNoKernelImageForDevice"),
        (222, "cudaErrorUnsupportedPtxVersion"),
        (700, "cudaErrorIllegalAddress"),
        (802, "cudaErrorSystemNotReady"),
        (803, "cudaErrorSystemDriverMismatch"),
        (804, "cudaErrorCompatNotSupportedOnDevice"),
    ],
)
def test_name_of_a_cuda_code(code: int, runtime_name: str) -> None:
    """Codes keep their names from CUDA 12 to CUDA 13."""
    row = TABLES.cuda_errors.find(str(code), lambda row: row.code == code)
    assert isinstance(row, Known)
    assert row.value.runtime_name == runtime_name


@pytest.mark.parametrize(
    ("xid", "mnemonic"),
    [
        # NVIDIA/open-gpu-kernel-modules 595.45.04, src/common/sdk/nvidia/inc/nverror.h
        (31, "ROBUST_CHANNEL_FIFO_ERROR_MMU_ERR_FLT"),
        (43, "ROBUST_CHANNEL_RESETCHANNEL_VERIF_ERROR"),
        (48, "ROBUST_CHANNEL_GPU_ECC_DBE"),
        (62, "PMU_HALT_ERROR"),
        (74, "NVLINK_ERROR"),
        (79, "ROBUST_CHANNEL_GPU_HAS_FALLEN_OFF_THE_BUS"),
        (94, "ROBUST_CHANNEL_CONTAINED_ERROR"),
        (95, "ROBUST_CHANNEL_UNCONTAINED_ERROR"),
        (119, "GSP_RPC_TIMEOUT"),
        (154, "GPU_RECOVERY_ACTION_CHANGED"),
    ],
)
def test_mnemonic_of_an_xid(xid: int, mnemonic: str) -> None:
    """The driver's own header numbers its Xids."""
    row = TABLES.xids.find(str(xid), lambda row: row.xid == xid)
    assert isinstance(row, Known)
    assert row.value.mnemonic == mnemonic


@pytest.mark.parametrize(
    ("xid", "action", "investigate"),
    [
        # retroam/gpu-health-diagnostics, eval_format.jsonl: NVIDIA's spreadsheet of Xids
        (41, "RESTART_APP", "CONTACT_SUPPORT"),
        # NVIDIA Health Validation, "Xid Checks" (docs.nvidia.com): reset the GPU, then service
        (46, "RESET_GPU", "CONTACT_SUPPORT"),
    ],
)
def test_action_on_an_xid(xid: int, action: str, investigate: str) -> None:
    """NVIDIA says what to do first, and what next."""
    row = TABLES.xids.find(str(xid), lambda row: row.xid == xid)
    assert isinstance(row, Known)
    assert (row.value.action, row.value.investigate) == (action, investigate)


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        # NVIDIA/open-gpu-kernel-modules issue 1151, 2026-05: a log
        ("kernel: NVRM: GPU 0000:2b:00.0: GPU has fallen off the bus.", {"GPU109"}),
        ("NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.", {"GPU109", "GPU110"}),
        # the comment in kern_gpu_error_cont_ga100.c of 595.45.04: a MIG device
        ("NVRM: Xid (PCI:0000:01:00 GPU-I:05): 94, pid=7194, Contained: CE", {"GPU110"}),
        # stas00/ml-engineering, compute/accelerator/nvidia/debug.md
        ("NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row", {"GPU110"}),
        # logs with 470, 535 and 545 in public repositories: a form of its own for the client
        ("NVRM: API mismatch: the client has the version 545.29.06, but", {"GPU104"}),
        # nv.c, osapi.c and osinit.c of 595.45.04
        ("NVRM: API mismatch: the client 'nvidia-smi' (pid 4711)", {"GPU104"}),
        ("NVRM: The NVIDIA probe routine was not called for 1 device(s).", {"GPU105"}),
        ("NVRM: installed in this system is not supported by open", {"GPU107"}),
        ("NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x62:0x40:2640)", {"GPU112"}),
        # a good start: nv.c of 595.45.04
        ("NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  595.45.04", set()),
    ],
)
def test_line_of_the_kernel_log(line: str, rules: set[str]) -> None:
    """A line that a driver prints speaks for its cause, and for no other."""
    rows = TABLES.kernel_log_patterns.rows
    assert {row.rule for row in rows if re.search(row.pattern, line)} == rules


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        # pytorch/pytorch, torch/cuda/__init__.py (commit 000d1f4a, 2019)
        ("AssertionError: Torch not compiled with CUDA enabled", "GPU302"),
        ("AssertionError: \nFound no NVIDIA driver on your system. Please check", "GPU102"),
        ("The NVIDIA driver on your system is too old (found version 9000).", "GPU301"),
        # reports of DGX Spark in public repositories
        (
            "NVIDIA GB10 with CUDA capability sm_121 is not compatible with the current PyTorch"
            " installation.",
            "GPU303",
        ),
        # a TensorFlow log of 2023-04-09, in a public notebook
        ("cudart_stub.cc:28] Could not find cuda drivers on your machine, GPU", "GPU102"),
        # tlkh/ai-lab issue 30, 2019-12
        (
            "Ignoring visible gpu device (device: 0, name: Tesla K80, compute capability: 3.7)"
            " with Cuda compute capability 3.7. The minimum required Cuda capability is 6.0.",
            "GPU303",
        ),
        # a TensorFlow log of 2020-08-24, in a public notebook
        (
            "Could not load dynamic library 'libcudnn.so.7'; dlerror: libcudnn.so.7: cannot open"
            " shared object file: No such file or directory",
            "GPU210",
        ),
        # jax-ml/jax, jax/_src/xla_bridge.py (commit cec06d11, 2026-08)
        (
            "An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not"
            " installed. Falling back to cpu.",
            "GPU307",
        ),
        # numba/numba, numba/cuda/cudadrv/driver.py and its tests (commit 5340f052, 2026-08)
        ("CudaSupportError: Error at driver init: CUDA_ERROR_UNKNOWN (999)", "GPU127"),
        ("CUDA driver library cannot be found.", "GPU126"),
        # cupy/cupy, cupy/_environment.py (commit 6b6d9563, 2026-08)
        (
            "CuPy may not function correctly because multiple CuPy packages are installed\n"
            "  in your environment:",
            "GPU310",
        ),
        ("Failed to import CuPy.", "GPU309"),
    ],
)
def test_message_of_a_framework(message: str, rule: str) -> None:
    """A message speaks for the rule, in the words of the program that prints it."""
    rows = TABLES.error_messages.rows
    assert rule in {row.rule for row in rows if re.search(row.pattern, message)}
