"""GPU202: the toolkit is newer than the driver."""

from typing import Any

from gpucheck.facts import Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, findings, found

BUILDS = {"CUDA_HOME": "/usr/local/cuda"}


def here(cuda: str, driver: str = "535.129.03", via: str = "PATH", **more: Any) -> Any:
    """Return a machine with one nvcc."""
    nvcc = Nvcc(
        path="/usr/local/cuda/bin/nvcc", toolkit_cuda=ToolkitCuda.parse(cuda), found_via=(via,)
    )
    made = facts(driver=driver, **more)
    from msgspec.structs import replace

    toolkit = replace(made.toolkit.value, nvccs=(nvcc,))
    return replace(made, toolkit=replace(made.toolkit, value=toolkit))


def test_a_newer_major_is_a_warning_for_those_who_compile() -> None:
    """Driver 535 runs CUDA 12.2; nothing of 13.0 runs on it."""
    (finding,) = findings(here("13.0", environment=BUILDS), "GPU202")
    assert finding.severity == "warning"
    assert finding.remedy
    assert "cuda-toolkit-12-2" in finding.remedy.commands[0]


def test_others_get_a_note() -> None:
    """Nobody compiles here; or only the minor is newer, which hurts PTX alone."""
    assert [f.severity for f in findings(here("13.0"), "GPU202")] == ["note"]
    assert [f.severity for f in findings(here("12.4", environment=BUILDS), "GPU202")] == ["note"]


def test_silent_on_an_older_toolkit_and_on_one_that_is_not_in_use() -> None:
    """A toolkit that lies beside the one in use concerns nobody."""
    assert "GPU202" not in found(here("12.2"))
    assert "GPU202" not in found(here("11.8"))
    assert "GPU202" not in found(here("13.0", via="/usr/local/cuda-13.0"))


def test_unknown_without_a_driver() -> None:
    """There is nothing to compare with."""
    assert "GPU202" not in found(here("13.0", nvml_error=9, libcuda_error="not found"))


def test_the_driver_s_compiler_proves_it() -> None:
    """What ptxas of the driver says; without facts there are words."""
    line = (
        "ptxas application ptx input, line 9; fatal   : Unsupported .version 8.4; current version"
    )
    (finding,) = findings(facts(gpus=[], messages=[line]), "GPU202")
    assert finding.severity == "warning"
    assert finding.remedy
    assert finding.remedy.commands == ()
    (known,) = findings(here("12.4", messages=[line]), "GPU202")
    assert known.severity == "warning"
