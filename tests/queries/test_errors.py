"""Asking for an Xid, an error code, or a message."""

from __future__ import annotations

import pytest

from queries.asking import ask, said


@pytest.mark.parametrize(
    "value",
    [
        "79",
        "Xid 79",
        "NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus.",
        "ROBUST_CHANNEL_GPU_HAS_FALLEN_OFF_THE_BUS",
    ],
)
def test_an_xid_in_many_ways(value: str) -> None:
    """Its number, the line that the kernel logs, its name."""
    says = said(f"xid {value}")
    assert says["Xid"] == ("79",)
    assert says["kind"] == ("hardware",)
    assert says["do now"] == ("restart the machine (RESTART_BM)",)


@pytest.mark.parametrize(
    "value",
    [
        "209",
        "CUDA_ERROR_NO_BINARY_FOR_GPU",
        "cudaErrorNoKernelImageForDevice",
        "no_binary_for_gpu",
        "no kernel image is available for execution on the device",
    ],
)
def test_a_cuda_error_in_many_ways(value: str) -> None:
    """Its number, the names of driver and runtime, its message."""
    says = said(f"cuda-error {value}")
    assert says["code"] == ("209",)
    assert says["helps"]


@pytest.mark.parametrize(
    "value", ["18", "NVML_ERROR_LIB_RM_VERSION_MISMATCH", "lib_rm_version_mismatch"]
)
def test_an_nvml_error_in_many_ways(value: str) -> None:
    """Its number, its name, its name in short."""
    assert said(f"nvml-error {value}")["code"] == ("18",)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "RuntimeError: CUDA error: no kernel image is available for execution on the device",
            "303",
        ),
        ("Failed to initialize NVML: Driver/library version mismatch", "104"),
        ("AssertionError: Torch not compiled with CUDA enabled", "302"),
    ],
)
def test_a_message_leads_to_its_rule(line: str, rule: str) -> None:
    """With its meaning and cause."""
    says = said(f"message {line}")
    assert f"GPU{rule}" in says["rule"]
    assert says["means"]
    assert says["cause"]


def test_a_line_of_the_kernel_log_is_a_message_too() -> None:
    """It is found among the patterns of the kernel's log."""
    says = said("message NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.")
    assert "the kernel" in says["printed by"]


def test_what_stands_far_back_in_a_message_is_found() -> None:
    """Messages are longer than other values: the cause stands at the end of a traceback."""
    line = f"{'File x.py in f; ' * 100} RuntimeError: No CUDA GPUs are available"
    assert ask(f"message {line}").stated


def test_codes_that_there_are_not() -> None:
    """They are refused."""
    for question in ("xid 9999", "cuda-error 123456", "nvml-error 12345", "message hello there"):
        assert not ask(question).stated


@pytest.mark.parametrize(
    "line", ["torch.cuda.OutOfMemoryError: CUDA out of memory", "CUDA error: out of memory"]
)
def test_a_short_message_of_full_memory(line: str) -> None:
    """Without the sizes that PyTorch adds; a long one is not said twice."""
    assert said(f"message {line}")["rule"] == ("GPU114",)
    long = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"
    assert said(f"message {long}")["rule"] == ("GPU114",)


def test_a_letter_is_no_message() -> None:
    """It resembles none, however many begin with it."""
    assert not ask("message a").near


def test_an_action_is_said_once() -> None:
    """NVIDIA names one workflow for now and for later, and an entry that points at itself."""
    assert "then" not in said("xid 48")
    assert "do now" not in said("xid 154")
