"""GPU710: the program failed, not the environment."""

import pytest

from make import facts, found, report

ASSERT = "RuntimeError: CUDA error: device-side assert triggered"
LABEL = "Loss.cu:9: block: [0,0,0] Assertion `t >= 0 && t < n_classes` failed."
XID = "NVRM: Xid (PCI:0000:0b:00): 31, pid=12, name=python3, MMU Fault: ENGINE GRAPHICS"


@pytest.mark.parametrize("line", [ASSERT, LABEL, XID])
def test_says_that_the_environment_is_fine(line: str) -> None:
    """A line that is mostly or only a program's own is a note with how to find the place."""
    (finding,) = report(facts(messages=[line])).findings
    assert (finding.rule, finding.severity) == ("GPU710", "note")
    assert "Nothing in these lines is a fault of the GPU environment" in finding.message
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == "CUDA_LAUNCH_BLOCKING=1 python PROGRAM"


def test_old_lines_in_the_log_of_a_live_machine_are_a_note() -> None:
    """The kernel logs what programs did wrong."""
    (finding,) = report(facts(machine={"kernel_log": (XID,)})).findings
    assert (finding.rule, finding.subject) == ("GPU710", "machine")


def test_silent_beside_a_line_that_proves_a_fault() -> None:
    """What only mostly is the program's own is not said then."""
    other = "ImportError: libx.so: undefined symbol: ncclCommWindowRegister"
    assert found(facts(messages=[ASSERT, other])) == ["GPU608"]


def test_silent_beside_a_fault_of_the_hardware() -> None:
    """A GPU that falls off the bus brings other lines along."""
    lost = "NVRM: Xid (PCI:0000:0b:00): 79, pid=12, GPU has fallen off the bus."
    assert "GPU710" not in found(facts(machine={"kernel_log": (XID, lost)}))


def test_claims_nothing_about_the_rest_beside_a_fault() -> None:
    """A line that only a program prints stays true."""
    other = "ImportError: libx.so: undefined symbol: ncclCommWindowRegister"
    findings = report(facts(messages=[LABEL, other])).findings
    own = next(finding for finding in findings if finding.rule == "GPU710")
    assert "Nothing" not in own.message


def test_silent_without_such_a_line() -> None:
    """A healthy machine and another program's error."""
    assert report(facts(messages=["IndexError: list index out of range"])).findings == ()
