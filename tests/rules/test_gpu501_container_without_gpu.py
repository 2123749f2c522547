"""GPU501: a container that was started without the GPU."""

from gpucheck.facts import DeviceNode
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


def test_a_container_in_wsl_without_dxg() -> None:
    """WSL passes the GPU on by /dev/dxg; only a CUDA build shows that somebody wants it."""
    wsl = INSIDE | {"is_wsl": True, "wsl_generation": 2}
    assert "GPU501" in found(facts(gpus=[], machine=wsl, torch="2.9.0+cu130"))
    assert "GPU501" not in found(facts(gpus=[], machine=wsl, torch="2.9.0+cpu"))
    healthy = wsl | {"device_nodes": (DeviceNode(path="/dev/dxg"),)}
    assert "GPU501" not in found(facts(gpus=[], machine=healthy, torch="2.9.0+cu130"))


def test_docker_s_words_alone_prove_it() -> None:
    """Seen from outside the container: the host lacks the toolkit."""
    line = "docker: Error response from daemon: unknown or invalid runtime name: nvidia."
    finding = report(facts(messages=[line])).findings[0]
    assert finding.rule == "GPU501"
    assert finding.remedy is not None
    assert "sudo systemctl restart docker" in finding.remedy.commands
