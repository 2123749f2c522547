"""What the system's package manager has of NVIDIA's driver and of Docker.

ii  nvidia-driver-535       535.129.03-0ubuntu1   amd64   NVIDIA driver metapackage     dpkg -l
ii  libnvidia-compute-535   535.129.03-0ubuntu1   amd64   …
docker   20.10.17   2285   latest/stable   canonical✓   -                              snap list
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_TOOLKIT = re.compile(
    r"^ii\s+(?:nvidia-container-toolkit|nvidia-docker2|nvidia-container-runtime)\S{0,20}\s"
)
_SNAP = re.compile(r"^docker\s+\d+\.\S{1,20}\s+\d{2,6}\s+\S*(?:stable|edge|candidate)\S*\s")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield whether the container toolkit is installed, and whether Docker is a snap."""
    for line in lines:
        if _TOOLKIT.match(line.text):
            yield Statement(("machine", "has_container_toolkit"), True, line.number)
        if _SNAP.match(line.text):
            path = "/snap/bin/docker"
            yield Statement(("machine", "docker_paths", path), path, line.number)


READER = Reader("the system's packages", read, marks=("docker", "nvidia-"))
