"""What supports GPUs: toolkits, drivers, framework builds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from gpucheck.answers import Stated, stated
from gpucheck.answers.newest_builds import newest_builds
from gpucheck.compatibility.devices import TEGRA
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import ArchitectureRow
from gpucheck.tables.rows.gpus import GpuRow
from gpucheck.versions import ComputeCapability

KERNEL_MODULES = {
    "proprietary": "the proprietary one only",
    "either": "the open or the proprietary one",
    "open": "the open one only",
}

Host = Literal["linux_x86_64", "linux_aarch64", "jetson"]
"""The machine that GPUs sit in. A Jetson gets CUDA and its driver from JetPack."""

_GRACE = re.compile(r"G[BH]\d+", re.ASCII)  # GH200, GB200, GB300, GB10: one module with an Arm CPU


def host_of(capability: ComputeCapability, products: Iterable[GpuRow]) -> Host:
    """Return the machine that all products share, x86_64 where they do not or there is none."""
    hosts = {_host(row) for row in products}
    if len(hosts) == 1:
        return hosts.pop()
    return "jetson" if capability in TEGRA else "linux_x86_64"


def _host(row: GpuRow) -> Host:
    if row.category == "jetson":
        return "jetson"
    return "linux_aarch64" if _GRACE.match(row.product) else "linux_x86_64"


def supported_by(capability: ComputeCapability, host: Host, tables: Tables) -> Iterator[Stated]:
    """Yield the toolkits, drivers and newest framework builds for a compute capability."""
    table = tables.architectures
    for row in table.rows:
        if row.compute_capability == capability:
            source = table.source_of(row)
            yield from stated("CUDA toolkits", tuple(_toolkits(row, host)), source)
            yield Stated("drivers", (_drivers(row, host),), source)
            module = None if host == "jetson" else KERNEL_MODULES.get(row.kernel_module or "")
            yield from stated("kernel module", module, source)
    platform = "linux_aarch64" if host == "jetson" else host
    yield from newest_builds(capability, platform, tables)


def _toolkits(row: ArchitectureRow, host: Host) -> Iterator[str]:
    if host == "jetson":
        yield "that of its JetPack"
    if row.first_cuda:
        yield f"from {row.first_cuda}"
    yield f"up to {row.last_cuda}" if row.last_cuda else "still supported"


def _drivers(row: ArchitectureRow, host: Host) -> str:
    if host == "jetson":
        return "that of its JetPack, with numbers of its own"
    branch = row.last_driver_branch
    return f"up to branch {branch}" if branch else "still supported"
