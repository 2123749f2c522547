"""GPU119: a driver branch that has ended."""

from typing import Any

import msgspec

from gpucheck.findings import Finding
from make import facts, report


def on(day: str | None, **machine: Any) -> tuple[Finding, ...]:
    """Return what is found of facts that were collected that day."""
    made = msgspec.structs.replace(facts(**machine), collected_at=day)
    return report(made).findings


def test_notes_a_branch_that_has_ended() -> None:
    """Branch 470 ended with July 2024."""
    (finding,) = on("2024-08-01T00:00:00Z", driver="470.256.02", gpus=["A100"])
    assert (finding.rule, finding.severity) == ("GPU119", "note")


def test_silent_in_the_month_of_its_end() -> None:
    """The month itself still counts, and an unknown end or day is not judged."""
    assert on("2024-07-31T00:00:00Z", driver="470.256.02", gpus=["A100"]) == ()
    assert on(None, driver="470.256.02", gpus=["A100"]) == ()
    assert on("2026-11-21T00:00:00Z", driver="580.95.05") == ()


def test_silent_on_windows() -> None:
    """The months are published for Linux."""
    windows = {"os_name": "Windows"}
    assert on("2026-11-21T00:00:00Z", driver="470.256.02", machine=windows) == ()


def test_no_newer_driver_is_proposed_to_an_old_gpu() -> None:
    """470 is the last branch for Kepler."""
    (finding,) = on("2026-01-01T00:00:00Z", driver="470.256.02", gpus=["Tesla K80"])
    assert finding.remedy
    assert "branch 470 is the last" in finding.remedy.text


def test_newer_driver_of_an_old_gpu_is_of_its_last_branch() -> None:
    """A V100 goes from 470 to 580, not to what the open modules' package brings."""
    rocky = {"distribution": "rocky", "distribution_like": ("rhel",)}
    (finding,) = on("2026-01-01T00:00:00Z", driver="470.256.02", gpus=["V100"], machine=rocky)
    assert finding.remedy
    assert finding.remedy.commands == ()
    assert "branch 580 is the last" in finding.remedy.text
