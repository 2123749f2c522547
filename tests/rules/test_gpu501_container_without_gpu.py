"""GPU501: a container that was started without the GPU."""

from gpucheck.versions import DriverRelease
from make import facts, found

INSIDE = {"is_container": True, "container_kind": "docker", "device_nodes": ()}


def test_fires_when_the_host_has_a_driver() -> None:
    """The host's module shows in /proc, no device is inside."""
    on_host = INSIDE | {"kernel_module_release": DriverRelease.parse("550.54.15")}
    assert found(facts(driver=None, machine=on_host)) == ["GPU501"]


def test_silent_with_devices() -> None:
    """A container that has the GPU."""
    assert found(facts(machine={"is_container": True, "container_kind": "docker"})) == []


def test_silent_on_a_host_without_gpu() -> None:
    """A container on a machine without a GPU."""
    assert found(facts(gpus=[], machine=INSIDE)) == ["GPU101"]
