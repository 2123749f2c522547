"""GPU113: a compute mode that keeps programs out."""

from typing import Any

from gpucheck.facts import GpuProcess
from make import facts, found, gpu, report

BUSY = "RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable"


def held(**process: Any) -> Any:
    """Return a GPU in exclusive mode that a process holds."""
    processes = (GpuProcess(pid=4711, **process),)
    return gpu("V100", compute_mode="exclusive_process", processes=processes)


def test_exclusive_and_held_is_a_warning() -> None:
    """The holder may be meant."""
    (finding,) = report(facts(gpus=[held(name="python3")])).findings
    assert (finding.rule, finding.severity) == ("GPU113", "warning")
    assert finding.remedy
    assert finding.remedy.commands[1] == "sudo nvidia-smi -i 0 -c 0"


def test_error_46_makes_it_an_error() -> None:
    """A program was kept out."""
    (finding,) = report(facts(gpus=[held()], messages=[BUSY])).findings
    assert (finding.rule, finding.severity) == ("GPU113", "error")


def test_prohibited_is_an_error() -> None:
    """Nobody may use the GPU."""
    (finding,) = report(facts(gpus=[gpu("V100", compute_mode="prohibited")])).findings
    assert (finding.rule, finding.severity) == ("GPU113", "error")


def test_silent_when_free_shared_or_default() -> None:
    """An exclusive GPU that nobody holds, one that MPS shares, and the default mode."""
    assert found(facts(gpus=[gpu("V100", compute_mode="exclusive_process", processes=())])) == []
    assert found(facts(gpus=[held(name="/usr/bin/nvidia-cuda-mps-server")])) == []
    assert found(facts(gpus=[gpu("V100", compute_mode="default")], messages=[BUSY])) == []
