"""GPU101: no NVIDIA GPU."""

from gpucheck.versions import DriverRelease
from make import facts, found


def test_fires_without_gpu() -> None:
    """No device on the bus, none from NVML: a note."""
    assert found(facts(gpus=[])) == ["GPU101"]


def test_silent_with_gpu() -> None:
    """A GPU that NVML lists."""
    assert found(facts()) == []


def test_silent_when_the_bus_is_hidden() -> None:
    """A bus that cannot be listed, on a host whose nvidia module is loaded, proves nothing."""
    hidden = {"pci_displays": None, "kernel_module_release": DriverRelease.parse("550.54.15")}
    assert found(facts(gpus=[], machine=hidden)) == []


def test_unknown_without_the_machine() -> None:
    """Without the machine's facts nothing is said about GPUs."""
    assert found(facts(gpus=[], outcomes={"machine": "timed_out"})) == ["GPU904"]


def test_a_notebook_without_its_gpu_explains_it() -> None:
    """Where the GPU can be switched on, that is said, and this under it."""
    colab = facts(
        gpus=[],
        machine={"cloud_notebook": "colab", "is_container": True, "pci_displays": ()},
    )
    assert found(colab) == ["GPU514"]
