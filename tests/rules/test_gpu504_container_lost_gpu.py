"""GPU504: the container has lost its access to the GPU."""

import msgspec

from gpucheck.facts import DeviceNode
from make import facts, found, report

LINE = "Failed to initialize NVML: Unknown Error"
INSIDE = {
    "is_container": True,
    "container_kind": "docker",
    "device_nodes": (DeviceNode(path="/dev/nvidia0", is_accessible=True),),
}


def test_fires_on_999_with_the_device_inside() -> None:
    """The remedy restarts the container."""
    here = facts(nvml_error=999, cuda_error=999, machine=INSIDE)
    finding = next(f for f in report(here).findings if f.rule == "GPU504")
    assert finding.remedy is not None
    assert finding.remedy.commands == ("docker restart CONTAINER",)


def test_silent_on_a_machine_and_while_cuda_works() -> None:
    """999 on bare metal has other causes; with CUDA working nothing was taken back."""
    assert "GPU504" not in found(facts(nvml_error=999, cuda_error=999))
    assert "GPU504" not in found(facts(nvml_error=999, machine=INSIDE))


def test_a_report_with_the_words_alone() -> None:
    """A pasted report rarely says that it comes from a container; the finding says so."""
    outcomes = dict.fromkeys(("machine", "driver", "cuda_driver"), "not_given")
    here = facts(messages=[LINE], driver=None, gpus=[], outcomes=outcomes)  # type: ignore[arg-type]
    machine = msgspec.structs.replace(here.machine, value=type(here.machine.value)())
    pasted = msgspec.structs.replace(here, origin="report", machine=machine)
    finding = next(f for f in report(pasted).findings if f.rule == "GPU504")
    assert "in a container" in finding.message
