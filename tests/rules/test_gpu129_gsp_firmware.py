"""GPU129: the GPU's system processor."""

from typing import Any

from make import facts, found, report

MISSING = (
    "[ 6.1] nvidia 0000:01:00.0: Direct firmware load for nvidia/550.90.07/gsp_ga10x.bin failed"
    " with error -2",
)
HANGS = (
    "[ 9.9] NVRM: Xid (PCI:0000:01:00): 119, pid=7, Timeout after 6s of waiting for RPC response"
    " from GPU0 GSP!",
)
DOWN: dict[str, Any] = {"nvml": {"gpus": ()}, "cuda": {"devices": ()}}


def test_fires_when_the_firmware_is_missing() -> None:
    """It is installed anew; Debian has a package of its own for it."""
    debian = {"kernel_log": MISSING, "distribution": "debian"}
    (finding,) = report(facts(**DOWN, machine=debian)).findings
    assert finding.rule == "GPU129"
    assert finding.remedy
    assert "firmware-nvidia-gsp" in finding.remedy.commands[0]


def test_explains_a_driver_that_hangs() -> None:
    """Xid 119 in the log, and NVML does not come back: one cause."""
    hung = facts(
        outcomes={"driver": "timed_out"}, cuda={"devices": None}, machine={"kernel_log": HANGS}
    )
    (finding,) = report(hung).findings
    assert finding.rule == "GPU129"
    assert {"GPU120", "GPU110"} <= {each.rule for each in finding.consequences}


def test_silent_when_the_gpu_works_again() -> None:
    """The Xid is told, as a thing of the past."""
    assert found(facts(machine={"kernel_log": HANGS})) == ["GPU110"]
    assert found(facts(machine={"kernel_log": MISSING})) == []


def test_unknown_without_the_log() -> None:
    """A GPU that is not shown is another rule's."""
    assert "GPU129" not in found(facts(**DOWN))
