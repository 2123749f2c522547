"""GPU705: copies are far below what the PCIe link can carry."""

from typing import Any

from gpucheck.facts import Facts, GpuUse, MemoryCopy, Section, SmokeTest
from make import MIB, SEEN, facts, found, report, smoked, with_smoke

BOARD = {"hardware_model": "ASUS ProArt X670E"}


def here(**machine: Any) -> Facts:
    """Return a machine with a board of its own."""
    return facts(torch="2.9.1+cu130", machine={**BOARD, **machine})


def copied(gb_per_s: float, size_bytes: int = 32 * MIB, **use: Any) -> Section[SmokeTest]:
    """Build the driver's test with a pinned copy."""
    rate = gb_per_s * 1e9
    copy = MemoryCopy(
        kind="host_to_device_pinned",
        size_bytes=size_bytes,
        seconds=size_bytes / rate,
        bytes_per_s=rate,
    )
    return smoked("cuda_driver", copies=(copy,), use=GpuUse(**{**SEEN, **use}))


def test_fires() -> None:
    """A quarter of PCIe 4.0 with 16 lanes, which is 31.5 GB/s."""
    (finding,) = report(with_smoke(here(), cuda_driver=copied(8))).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU705", "warning", "gpu/0")
    assert "8.0 of 31.5 GB/s" in finding.evidence[0]


def test_silent_above_half_and_for_small_copies() -> None:
    """Small ones measure how long it takes to begin."""
    assert found(with_smoke(here(), cuda_driver=copied(24))) == []
    assert found(with_smoke(here(), cuda_driver=copied(1, size_bytes=MIB))) == []


def test_silent_where_the_link_is_not_known() -> None:
    """NVML does not tell it, the machine may be virtual, or this is WSL."""
    assert found(with_smoke(here(), cuda_driver=copied(1, pcie_generation_peak=None))) == []
    assert found(with_smoke(here(), cuda_driver=copied(1, pcie_generation_peak=9))) == []
    for machine in ({"hardware_model": None}, {"hardware_model": "Google Compute Engine"}):
        assert found(with_smoke(here(**machine), cuda_driver=copied(1))) == []
    assert "GPU705" not in found(with_smoke(here(is_wsl=True), cuda_driver=copied(1)))


def test_silent_where_others_use_the_link() -> None:
    """The GPU was busy before, or nobody can tell."""
    for before in (90, None):
        part = copied(8, utilization_percent_before=before)
        assert found(with_smoke(here(), cuda_driver=part)) == []
