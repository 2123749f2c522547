"""Messages are recognised, harmless lines are left alone, and codes are looked up."""

from __future__ import annotations

import pytest

from gpucheck.compatibility.messages import (
    LONGEST_LINE,
    cuda_error,
    kernel_messages_in,
    messages_in,
    nvml_error,
)
from gpucheck.tables import Known, NotInTable, Tables

TABLES = Tables()

HARMLESS = (
    "",
    "| NVIDIA-SMI 550.90.07    Driver Version: 550.90.07    CUDA Version: 12.4     |",
    "CUDA Version: 12.4",
    "|  No running processes found                                                 |",
    "cuda compilation tools, release 12.4, V12.4.131",
    "Is CUDA available: True",
    "CUDA runtime version: Could not collect",
    "Nvidia driver version: 560.35.03",
    "cuDNN version: Probably one of the following:",
    "TF-TRT Warning: Could not find TensorRT",
    "CUDA error: device-side assert triggered",
    "RuntimeError: CUDA error: an illegal memory access was encountered",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 64.00 MiB.",
    "CUDA kernel errors might be asynchronously reported at some other API call",
    "For debugging consider passing CUDA_LAUNCH_BLOCKING=1",
    "kernel: nvidia-modeset: Loading NVIDIA Kernel Mode Setting Driver for UNIX platforms",
    "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build",
    "nvidia-uvm: Loaded the UVM driver, major device number 508.",
    "nvidia: loading out-of-tree module taints kernel.",
    "nvidia-nvlink: Nvlink Core is being initialized, major device number 510",
    "[drm] [nvidia-drm] [GPU ID 0x00000b00] Loading driver",
    "[drm] Initialized nvidia-drm 0.0.0 for 0000:0b:00.0 on minor 1",
    "gpu_device.cc:2022] Created device /job:localhost/replica:0/task:0/device:GPU:0 with 21766 MB",
    "cuda_dnn.cc:454] Loaded cuDNN version 90300",
    "Successfully installed torch-2.5.1 nvidia-cudnn-cu12-9.1.0.70 triton-3.1.0",
    "Requirement already satisfied: torch in /venv/lib/python3.11/site-packages (2.5.1+cu124)",
    "Collecting torchvision (from versions: 0.20.1)",
    "NCCL INFO P2P/CUMEM is enabled between rank 0 and rank 1",
    "NCCL version 2.21.5+cuda12.4",
    "Using device: cuda:0 (NVIDIA RTX A4000)",
    "onnxruntime providers: ['CUDAExecutionProvider', 'CPUExecutionProvider']",
    "libcudnn.so.9 => /usr/lib/x86_64-linux-gnu/libcudnn.so.9 (0x00007f31c2a00000)",
    "GLIBC 2.35",
    "the secure boot state is: SecureBoot disabled",
    "XLA service 0x55d0c0ffee00 initialized for platform CUDA",
)
"""Lines of machines in order, or of programs at fault, that look like messages of this table."""


def rules_in(line: str) -> list[str]:
    """Return the rules that a line speaks for, the proven first."""
    return [row.rule for row in messages_in(line, TABLES)]


def kernel_rules_in(line: str) -> set[str]:
    """Return the rules that a line of the kernel's log speaks for."""
    return {row.rule for row in kernel_messages_in(line, TABLES)}


@pytest.mark.parametrize("row", TABLES.error_messages.rows, ids=lambda row: row.rule)
def test_example_is_recognised(row: object) -> None:
    """Each row is found in its own example."""
    assert row in messages_in(str(getattr(row, "example", "")), TABLES)


@pytest.mark.parametrize("row", TABLES.kernel_log_patterns.rows, ids=lambda row: row.rule)
def test_kernel_example_is_recognised(row: object) -> None:
    """Each row is found in its own example, also behind a log's time and name."""
    example = str(getattr(row, "example", ""))
    assert row in kernel_messages_in(example, TABLES)
    assert row in kernel_messages_in(
        f"Nov 20 06:12:00 host kernel: [   53.021977] {example}", TABLES
    )


@pytest.mark.parametrize("line", HARMLESS)
def test_harmless_lines_prove_nothing(line: str) -> None:
    """A line of a machine in order, or of a program at fault, proves no cause."""
    assert [row.rule for row in messages_in(line, TABLES) if row.certainty == "proves"] == []


@pytest.mark.parametrize("line", [line for line in HARMLESS if "out-of-tree" not in line])
def test_harmless_lines_are_no_kernel_messages(line: str) -> None:
    """What healthy modules print at start is no sign of anything."""
    assert kernel_rules_in(line) == set()


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("AssertionError: Torch not compiled with CUDA enabled", "GPU302"),
        ("ImportError: libcudnn.so.8: cannot open shared object file: No such file", "GPU210"),
        (
            "#error -- unsupported GNU version! gcc versions later than 13 are not supported!",
            "GPU206",
        ),
        ("RuntimeError: operator torchvision::nms does not exist", "GPU313"),
        ("error: version `GLIBCXX_3.4.32' not found (required by lib.so)", "GPU216"),
        ("unsatisfied condition: cuda>=12.8", None),
        ("requirement error: unsatisfied condition: cuda>=12.8, please update", "GPU505"),
    ],
)
def test_the_proven_rule_comes_first(line: str, first: str | None) -> None:
    """What a message proves stands before what it merely suggests."""
    rules = rules_in(line)
    assert (rules[0] if rules else None) == first


def test_one_message_may_suggest_several_rules() -> None:
    """A message with more than one cause names every rule it may speak for."""
    assert set(rules_in("RuntimeError: No CUDA GPUs are available")) == {"GPU101", "GPU510"}


def test_quotes_of_any_kind() -> None:
    """Typographic quotes, which some locales print, make no difference."""
    assert rules_in("version ‘GLIBC_2.38’ not found (required by x.so)") == ["GPU215"]


@pytest.mark.parametrize(
    ("xid", "rules"),
    [
        (79, {"GPU109", "GPU110"}),
        (31, {"GPU710"}),
        (48, {"GPU110", "GPU111"}),
        (119, {"GPU110", "GPU129"}),
        (74, {"GPU110", "GPU605"}),
        (62, {"GPU110"}),
    ],
)
def test_xids_speak_for_their_rules(xid: int, rules: set[str]) -> None:
    """An Xid is a fault of the GPU, or the program's own; some name a narrower cause too."""
    assert kernel_rules_in(f"NVRM: Xid (PCI:0000:81:00): {xid}, pid=9, name=python, x") == rules
    assert kernel_rules_in(f"NVRM: Xid (PCI:0000:81:00 GPU-I:05): {xid}, pid=9, x") == rules


def test_long_lines_are_cut() -> None:
    """Only the beginning of a line is searched."""
    message = "Torch not compiled with CUDA enabled"
    assert rules_in(" " * (LONGEST_LINE - len(message)) + message) == ["GPU302"]
    assert rules_in(" " * LONGEST_LINE + message) == []


def test_cuda_error() -> None:
    """A known code gives its row and source, an unknown one says so."""
    known = cuda_error(804, TABLES)
    assert isinstance(known, Known)
    assert known.value.name == "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"
    assert known.source
    unknown = cuda_error(123456, TABLES)
    assert isinstance(unknown, NotInTable)
    assert "CUDA error 123456" in str(unknown)


def test_nvml_error() -> None:
    """A known code gives its row and source, an unknown one says so."""
    known = nvml_error(18, TABLES)
    assert isinstance(known, Known)
    assert known.value.name == "NVML_ERROR_LIB_RM_VERSION_MISMATCH"
    unknown = nvml_error(500, TABLES)
    assert isinstance(unknown, NotInTable)
    assert "NVML error 500" in str(unknown)
