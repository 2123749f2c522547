"""GPU501: a container that was started without the GPU."""

from gpucheck.versions import DriverRelease
from make import facts, found, report

INSIDE = {"is_container": True, "container_kind": "docker", "device_nodes": ()}


def test_fires_when_the_host_has_a_driver() -> None:
    """The host's module shows in /proc, no device is inside, a CUDA build is installed."""
    on_host = INSIDE | {"kernel_module_release": DriverRelease.parse("550.54.15")}
    assert found(facts(driver=None, machine=on_host, torch="2.6.0+cu124")) == ["GPU501"]


def test_note_where_no_gpu_is_wanted() -> None:
    """A container with a CPU build on a GPU host is often meant so: no error, no GPU302."""
    on_host = INSIDE | {"kernel_module_release": DriverRelease.parse("550.54.15")}
    (finding,) = report(facts(driver=None, machine=on_host, torch="2.6.0+cpu")).findings
    assert (finding.rule, finding.severity) == ("GPU501", "note")


def test_silent_with_devices() -> None:
    """A container that has the GPU."""
    assert found(facts(machine={"is_container": True, "container_kind": "docker"})) == []


def test_silent_on_a_host_without_gpu() -> None:
    """A container on a machine without a GPU."""
    assert found(facts(gpus=[], machine=INSIDE)) == ["GPU101"]
