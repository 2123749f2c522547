r"""Tell which programs beside the driver have a hand in GPU work: fabric manager, Docker.

Only files are looked for; nothing is started and no daemon is asked. Samples:

    /proc/driver/nvidia-nvswitch/devices    one folder an NVSwitch: "0000:86:00.0"
    /snap/bin/docker                        Docker, installed as a snap
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

NVSWITCHES = "/proc/driver/nvidia-nvswitch/devices"
DRIVER = "/proc/driver/nvidia"
FABRIC_MANAGER = "/usr/bin/nv-fabricmanager"
DOCKER = ("/usr/bin/docker", "/usr/local/bin/docker", "/snap/bin/docker")
CONTAINER_TOOLKIT = (
    "/usr/bin/nvidia-ctk",
    "/usr/bin/nvidia-container-runtime",
    "/usr/bin/nvidia-container-runtime-hook",
    "/usr/bin/nvidia-container-toolkit",
)
"""What the package has installed over the years (NVIDIA Container Toolkit 1.0 to 1.17)."""


def fabric(place: Place) -> Iterator[tuple[Any, ...]]:
    """Count the NVSwitches, and look for the program that sets them up."""
    if place.is_folder(DRIVER):
        yield "nvswitch_count", len(place.names_if_any(NVSWITCHES))
    yield "has_fabric_manager", place.exists(FABRIC_MANAGER)


def docker(place: Place) -> Iterator[tuple[Any, ...]]:
    """List the Dockers, and look for NVIDIA's toolkit for containers."""
    yield "docker_paths", [path for path in DOCKER if place.exists(path)]
    yield "has_container_toolkit", any(map(place.exists, CONTAINER_TOOLKIT))


STEPS = (
    ("nvswitch_count", "/proc/driver/nvidia-nvswitch", fabric),
    ("docker_paths", "Docker's places", docker),
)
