"""What the machine probe says of programs beside the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recorded_machine import plant, reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def told(tmp_path: Path, files: Mapping[str, str | bytes]) -> dict[str, Any]:
    """Return the fields that are told of a recorded machine."""
    place = reading("place")["Place"](str(plant(tmp_path / "root", files)), {})
    return {
        field: value for _, _, read in reading("services")["STEPS"] for field, value in read(place)
    }


def test_nvswitches_and_fabric_manager(tmp_path: Path) -> None:
    """One folder an NVSwitch."""
    switches = "/proc/driver/nvidia-nvswitch/devices"
    files = {
        "/proc/driver/nvidia/version": "",
        f"{switches}/0000:86:00.0/information": "",
        f"{switches}/0000:87:00.0/information": "",
        "/usr/bin/nv-fabricmanager": "",
    }
    found = told(tmp_path, files)
    assert found["nvswitch_count"] == 2
    assert found["has_fabric_manager"] is True


def test_docker_as_a_snap_and_as_a_package(tmp_path: Path) -> None:
    """In the order in which a shell looks."""
    files = {"/snap/bin/docker": "", "/usr/bin/docker": "", "/usr/bin/nvidia-ctk": ""}
    found = told(tmp_path, files)
    assert found["docker_paths"] == ["/usr/bin/docker", "/snap/bin/docker"]
    assert found["has_container_toolkit"] is True


def test_nothing_of_it(tmp_path: Path) -> None:
    """Without a kernel module nobody knows how many NVSwitches there are."""
    assert told(tmp_path, {"/etc/hostname": "here\n"}) == {
        "has_fabric_manager": False,
        "docker_paths": [],
        "has_container_toolkit": False,
    }
