"""GPU214: the toolkit cannot make code for the GPU."""

from typing import Any

from msgspec.structs import replace

from gpucheck.facts import Facts, Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, findings, found, report

BUILDS = {"CUDA_HOME": "/usr/local/cuda"}


def here(cuda: str, gpu: str, **more: Any) -> Facts:
    """Return a machine with one nvcc and one GPU, where code is compiled."""
    nvcc = Nvcc(
        path="/usr/local/cuda/bin/nvcc", toolkit_cuda=ToolkitCuda.parse(cuda), found_via=("PATH",)
    )
    made = facts(**({"gpus": [gpu], "environment": BUILDS} | more))
    return replace(
        made, toolkit=replace(made.toolkit, value=replace(made.toolkit.value, nvccs=(nvcc,)))
    )


def test_a_gpu_that_was_dropped() -> None:
    """CUDA 13 has nothing for Volta; the newest toolkit that has is named."""
    (finding,) = findings(here("13.0", "V100"), "GPU214")
    assert finding.severity == "warning"
    assert "has dropped it" in finding.message
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo apt install cuda-toolkit-12-9"


def test_a_gpu_that_is_newer() -> None:
    """CUDA 12.4 does not know Blackwell."""
    (finding,) = findings(here("12.4", "RTX 5090"), "GPU214")
    assert "too old to know it" in finding.message


def test_silent_where_a_lower_minor_will_do() -> None:
    """Code for 8.6 runs on 8.9, and what is a target is one."""
    assert "GPU214" not in found(here("11.7", "RTX 4090"))
    assert "GPU214" not in found(here("12.4", "V100"))


def test_a_note_for_those_who_do_not_compile() -> None:
    """The toolkit is there, and nothing uses it."""
    (finding,) = findings(here("13.0", "V100", environment={}), "GPU214")
    assert finding.severity == "note"


def test_a_toolkit_that_no_table_knows() -> None:
    """It is said where it matters."""
    assert "GPU214" in [skipped.rule for skipped in report(here("19.0", "V100")).skipped]


def test_unknown_without_the_driver() -> None:
    """Which GPUs there are is not known."""
    assert "GPU214" not in found(here("13.0", "V100", outcomes={"driver": "timed_out"}))
