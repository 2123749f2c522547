"""GPU126: the driver without its CUDA library."""

from gpucheck.diagnose import diagnose
from gpucheck.tables import Tables
from make import facts, found

MISSING = "libcuda.so.1: cannot open shared object file: No such file or directory"


def test_fires_when_nvml_works_and_libcuda_does_not_load() -> None:
    """GPUs are listed, libcuda is not there."""
    assert found(facts(libcuda_error=MISSING)) == ["GPU126"]


def test_silent_without_gpus() -> None:
    """Without a GPU libcuda is missed by nobody."""
    assert found(facts(gpus=[], libcuda_error=MISSING)) == ["GPU101"]


def test_in_a_container_the_capability_is_named() -> None:
    """A container lacks the compute capability of the container toolkit."""
    (finding,) = diagnose(
        facts(libcuda_error=MISSING, machine={"is_container": True}), Tables()
    ).findings
    assert finding.remedy
    assert "NVIDIA_DRIVER_CAPABILITIES=compute" in finding.remedy.commands[0]


def test_unknown_without_the_libcuda_probe() -> None:
    """A probe that did not run proves nothing."""
    seen = found(facts(libcuda_error=MISSING, outcomes={"cuda_driver": "not_started"}))
    assert seen == ["GPU904"]


def test_left_out_capability_explains_it() -> None:
    """A container that was started with utility alone."""
    without = facts(
        libcuda_error=MISSING,
        machine={"is_container": True, "container_kind": "docker"},
        environment={"NVIDIA_DRIVER_CAPABILITIES": "utility"},
    )
    assert found(without) == ["GPU502"]


def test_a_32_bit_python_explains_it() -> None:
    """The driver's library is there, in 64 bits."""
    error = "libcuda.so.1: wrong ELF class: ELFCLASS64"
    assert found(facts(libcuda_error=error, packages={"python_bits": 32})) == ["GPU407"]
