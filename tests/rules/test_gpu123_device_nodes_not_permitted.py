"""GPU123: device files that are closed or missing."""

from gpucheck.facts import DeviceNode, PciDisplay
from make import facts, found, report


def nodes(mode: str, owner: str, *, is_accessible: bool) -> tuple[DeviceNode, ...]:
    """Return the files of one GPU."""
    return tuple(
        DeviceNode(path=path, mode=mode, owner=owner, is_accessible=is_accessible)
        for path in ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm")
    )


CLOSED = nodes("crw-rw----", "root:video", is_accessible=False)


def test_fires_when_the_files_are_closed() -> None:
    """Joining the group helps; cuInit's failure is a consequence."""
    (finding,) = report(facts(cuda_error=100, machine={"device_nodes": CLOSED})).findings
    assert (finding.rule, [each.rule for each in finding.consequences]) == ("GPU123", ["GPU127"])
    assert finding.remedy
    assert finding.remedy.commands == ('sudo usermod -aG video "$USER"',)


def test_no_group_helps_where_only_root_may() -> None:
    """Then it is a setting of the driver."""
    shut = nodes("crw-------", "root:video", is_accessible=False)
    (finding,) = report(
        facts(nvml_error=4, cuda_error=100, machine={"device_nodes": shut})
    ).findings
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_fires_when_they_are_missing() -> None:
    """The module holds the GPU, and nothing made the files."""
    card = PciDisplay(
        address="0000:01:00.0", vendor_id="10de", device_id="2684", kernel_driver="nvidia"
    )
    bare = {"device_nodes": (), "pci_displays": (card,)}
    (finding,) = report(facts(nvml_error=9, cuda_error=100, machine=bare)).findings
    assert finding.rule == "GPU123"
    assert finding.remedy
    assert finding.remedy.commands == ("sudo nvidia-modprobe -c 0 -u",)


def test_silent_when_gpus_work() -> None:
    """Another user's GPU, or capability files for root only."""
    other = DeviceNode(path="/dev/nvidia1", is_accessible=False)
    caps = DeviceNode(path="/dev/nvidia-caps/nvidia-cap1", is_accessible=False)
    mine = nodes("crw-rw-rw-", "root:root", is_accessible=True)
    assert found(facts(machine={"device_nodes": (*mine, other, caps)})) == []
    failing = facts(cuda_error=3, machine={"device_nodes": (*mine, other, caps)})
    assert "GPU123" not in found(failing)


def test_unknown_without_the_list() -> None:
    """The folder /dev could not be read."""
    assert "GPU123" not in found(
        facts(nvml_error=9, cuda_error=100, machine={"device_nodes": None})
    )


def test_what_the_system_says_is_enough() -> None:
    """A pasted line."""
    words = "PermissionError: '/dev/nvidia0': Permission denied"
    assert "GPU123" in found(facts(messages=[words]))
