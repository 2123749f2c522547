"""GPU501: a container that was started without the GPU."""

from typing import Any

from gpucheck.facts import DeviceNode, PciDisplay
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


def card(kernel_driver: str | None) -> dict[str, Any]:
    """Return a container on a host whose GPU that driver owns."""
    seen = PciDisplay(
        address="0000:01:00.0", vendor_id="10de", device_id="2684", kernel_driver=kernel_driver
    )
    return INSIDE | {"pci_displays": (seen,)}


def test_silent_on_a_card_of_a_virtual_machine() -> None:
    """The host handed it on by vfio-pci; an unbound card is the host's."""
    assert "GPU501" not in found(facts(driver=None, machine=card("vfio-pci"), torch="2.6.0+cu124"))
    assert found(facts(driver=None, machine=card(None), torch="2.6.0+cu124")) == ["GPU501"]


def test_a_host_with_nouveau_needs_the_driver_first() -> None:
    """Access alone would not help."""
    here = facts(driver=None, machine=card("nouveau"), torch="2.6.0+cu124")
    (finding,) = report(here).findings
    assert "the host runs nouveau, which has no CUDA" in finding.evidence
    assert finding.remedy is not None
    assert "install NVIDIA's driver" in finding.remedy.text


def test_lxc_has_its_own_words() -> None:
    """Docker's toolkit and command are of no use there."""
    lxc = card("nvidia") | {"container_kind": "lxc"}
    (finding,) = report(facts(driver=None, machine=lxc, torch="2.6.0+cu124")).findings
    assert finding.remedy is not None
    assert "nvidia.runtime=true" in finding.remedy.text
    assert finding.remedy.commands == ()
