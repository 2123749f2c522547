"""GPU703: NVML saw nothing of a test that claims to have computed."""

from typing import Any

from gpucheck.facts import GpuUse
from make import MIB, SEEN, facts, found, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
NOTHING: dict[str, Any] = {
    **SEEN,
    "is_process_listed": False,
    "has_new_process": False,
    "memory_used_bytes_peak": 0,
    "utilization_percent_peak": 0,
    "power_w_peak": 41.0,
}


def test_fires() -> None:
    """No process, no memory, no work."""
    part = smoked(use=GpuUse(**NOTHING))
    (finding,) = report(with_smoke(HERE, torch=part)).findings
    assert (finding.rule, finding.severity) == ("GPU703", "error")
    assert any("memory in use went from 0 to 0 MiB" in line for line in finding.evidence)


def test_silent_where_something_was_seen() -> None:
    """The process, or memory and work."""
    assert found(with_smoke(HERE, torch=smoked())) == []
    in_container: dict[str, Any] = {
        **NOTHING,
        "memory_used_bytes_peak": 600 * MIB,
        "power_w_peak": 300.0,
    }
    assert found(with_smoke(HERE, torch=smoked(use=GpuUse(**in_container)))) == []


def test_silent_where_nobody_can_tell() -> None:
    """Nobody looked; too few looks; WSL; too little was taken."""
    for part in (
        smoked(use=None),
        smoked(use=GpuUse(**{**NOTHING, "sample_count": 1})),
        smoked(use=GpuUse(**NOTHING), memory_taken_bytes=MIB),
        smoked(use=GpuUse(**NOTHING), products=()),
    ):
        assert found(with_smoke(HERE, torch=part)) == []
    wsl = facts(torch="2.9.1+cu130", machine={"is_wsl": True})
    assert "GPU703" not in found(with_smoke(wsl, torch=smoked(use=GpuUse(**NOTHING))))
