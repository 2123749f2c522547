"""GPU601: the fabric manager does not run."""

from typing import Any

import msgspec
import pytest

from gpucheck.facts import CudaDriver, Facts, Section
from make import facts, found, gpu, report

LINE = "[[ System not yet initialized (error 802) ]]"


def without_cuda(here: Facts) -> Facts:
    """Return the facts as they are when nobody asked CUDA."""
    section = Section(outcome="not_asked", value=CudaDriver())
    return msgspec.structs.replace(here, cuda_driver=section)


def test_fires_on_802_and_says_that_it_is_not_installed() -> None:
    """A100 and V100 show no fabric state; CUDA's code tells it."""
    machine = {"nvswitch_count": 6, "has_fabric_manager": False}
    here = facts(gpus=["A100"] * 8, cuda_error=802, machine=machine)
    finding = next(f for f in report(here).findings if f.rule == "GPU601")
    assert {"6 NVSwitches", "the fabric manager is not installed"} <= set(finding.evidence)
    assert finding.remedy is not None
    assert "580.95.05" in finding.remedy.text
    assert "sudo systemctl enable --now nvidia-fabricmanager" in finding.remedy.commands


@pytest.mark.parametrize(
    "state",
    [
        {"fabric_state": "in_progress"},
        {"fabric_state": "completed", "fabric_status": "NVML_ERROR_UNKNOWN"},
    ],
)
def test_fires_on_the_fabric_where_cuda_was_not_asked(state: dict[str, Any]) -> None:
    """Hopper and newer show it in NVML."""
    assert "GPU601" in found(without_cuda(facts(gpus=[gpu("H100", **state)])))


@pytest.mark.parametrize("state", ["not_supported", "completed", None])
def test_silent_on_a_healthy_or_no_fabric(state: Any) -> None:
    """PCIe cards have none."""
    assert found(without_cuda(facts(gpus=[gpu("H100", fabric_state=state)]))) == []


def test_silent_where_cuda_works_all_the_same() -> None:
    """A single GPU in a rented machine may wait for a fabric that it does not need."""
    assert found(facts(gpus=[gpu("H100", fabric_state="in_progress")])) == []


def test_a_report_with_the_words_alone() -> None:
    """Any line with error 802."""
    pasted = msgspec.structs.replace(without_cuda(facts(messages=[LINE])), origin="report")
    assert "GPU601" in found(pasted)


def test_in_a_container_it_is_mended_on_the_host() -> None:
    """No command that would run inside."""
    here = facts(gpus=["A100"], cuda_error=802, machine={"is_container": True})
    finding = next(f for f in report(here).findings if f.rule == "GPU601")
    assert finding.remedy is not None
    assert "on the host" in finding.remedy.text
    assert finding.remedy.commands == ()


def test_802_without_any_fabric_is_no_nvswitch_system() -> None:
    """A single card with confidential computing: declare it ready."""
    alone = gpu("H100", fabric_state="not_supported")
    here = facts(gpus=[alone], cuda_error=802, machine={"nvswitch_count": 0})
    finding = next(f for f in report(here).findings if f.rule == "GPU601")
    assert finding.message == "CUDA cannot start: the GPU is not declared ready (error 802)."
    assert finding.remedy is not None
    assert finding.remedy.commands == ("sudo nvidia-smi conf-compute -srs 1",)
    waits = facts(
        gpus=[gpu("H100", fabric_state="in_progress")],
        cuda_error=802,
        machine={"nvswitch_count": 0},
    )
    finding = next(f for f in report(waits).findings if f.rule == "GPU601")
    assert "NVSwitch" in finding.message
