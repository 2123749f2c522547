"""GPU212: cuDNN no longer has code for the GPU."""

from typing import Any

from gpucheck.facts import Distribution
from gpucheck.versions import CudnnVersion
from make import facts, findings, found, report, torch


def machine(cudnn: str, gpu: str = "V100", **more: Any) -> Any:
    """Return a PyTorch that has loaded a cuDNN, on a GPU."""
    version = CudnnVersion.parse(cudnn)
    build = torch("2.8.0+cu128", loaded_cudnn=version, built_for_cudnn=CudnnVersion.parse("9.10"))
    own = Distribution(name="torch", release="2.8.0", requires=("nvidia-cudnn-cu12",))
    wheel = Distribution(name="nvidia-cudnn-cu12", release=cudnn)
    kind = {"distributions": (own, wheel), "environment_kind": "venv", "has_pip": True}
    return facts(gpus=[gpu] if isinstance(gpu, str) else gpu, torch=build, packages=kind, **more)


def test_fires_from_9_11_on_for_volta() -> None:
    """9.10.2 is the last for a V100, and its wheel is named."""
    (finding,) = findings(machine("9.11.0"), "GPU212")
    assert finding.severity == "error"
    assert finding.remedy
    assert "nvidia-cudnn-cu12==9.10.2.21" in finding.remedy.commands[0]


def test_silent_before_9_11_and_for_newer_gpus() -> None:
    """The last release with Volta, and a GPU that is still supported."""
    assert "GPU212" not in found(machine("9.10.2"))
    assert "GPU212" not in found(machine("9.11.0", "RTX 4090"))


def test_a_cudnn_that_no_table_knows() -> None:
    """For an old GPU that is said; for a new one nothing is missed."""
    assert "GPU212" in [skipped.rule for skipped in report(machine("9.99.0")).skipped]
    new = report(machine("9.99.0", "H100"))
    assert "GPU212" not in [skipped.rule for skipped in new.skipped]


def test_a_build_that_needs_more_than_the_last_one() -> None:
    """Then an older cuDNN would not fit the build: an older build is the way."""
    version = CudnnVersion.parse("9.13.0")
    build = torch("2.9.0+cu128", loaded_cudnn=version, built_for_cudnn=version)
    (finding,) = findings(facts(gpus=["V100"], torch=build), "GPU212")
    assert finding.remedy
    assert finding.remedy.commands == ()
    assert "older build" in finding.remedy.text


def test_without_kernels_it_is_a_consequence() -> None:
    """A build without code for the GPU is the cause, whatever its cuDNN."""
    build = torch("2.9.0+cu130", loaded_cudnn=CudnnVersion.parse("9.13.0"))
    rules = found(facts(gpus=["V100"], torch=build))
    assert "GPU303" in rules
    assert "GPU212" not in rules


def test_a_printed_line_proves_it() -> None:
    """PyTorch's own warning."""
    line = "UserWarning: cuDNN version 91400 is not compatible with devices with SM < 7.5."
    assert findings(facts(messages=[line]), "GPU212")
