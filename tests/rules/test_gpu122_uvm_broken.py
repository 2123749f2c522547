"""GPU122: nvidia_uvm is missing or broken."""

from gpucheck.facts import DeviceNode
from make import facts, found, report

NODES = tuple(DeviceNode(path=f"/dev/nvidia{end}", is_accessible=True) for end in ("0", "ctl"))

LOAD = ("sudo modprobe nvidia_uvm", "sudo nvidia-modprobe -u -c=0")


def test_fires_on_999_beside_a_healthy_nvml() -> None:
    """CuInit's 999 is a consequence."""
    (finding,) = report(facts(cuda_error=999)).findings
    assert (finding.rule, [each.rule for each in finding.consequences]) == ("GPU122", ["GPU127"])
    assert finding.remedy
    assert finding.remedy.commands == ("sudo rmmod nvidia_uvm", *LOAD)


def test_a_module_that_is_not_loaded_is_only_loaded() -> None:
    """The evidence names the missing module and file."""
    bare = {"kernel_modules": ("nvidia",), "device_nodes": NODES}
    (finding,) = report(facts(cuda_error=999, machine=bare)).findings
    assert "there is no /dev/nvidia-uvm" in finding.evidence
    assert finding.remedy
    assert finding.remedy.commands == LOAD


def test_silent_when_cuda_starts_or_says_something_else() -> None:
    """A missing file beside a CUDA that works, and another code."""
    assert found(facts(machine={"device_nodes": NODES})) == []
    assert "GPU122" not in found(facts(cuda_error=3))


def test_silent_in_containers_and_wsl() -> None:
    """There 999 has other reasons."""
    for place in ({"is_container": True}, {"is_wsl": True}, {"os_name": "Windows"}):
        assert "GPU122" not in found(facts(cuda_error=999, machine=place))
