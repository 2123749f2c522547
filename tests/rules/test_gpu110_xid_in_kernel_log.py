"""GPU110: Xids in the kernel's log."""

import pytest

from gpucheck.findings import Finding
from make import facts, report


def xid(number: int, address: str = "0000:01:00") -> str:
    """Return a line of the driver."""
    return f"[  53.02] NVRM: Xid (PCI:{address}): {number}, pid=20417, name=python3, Ch 00000008"


def told(*log: str) -> list[Finding]:
    """Return the findings of a healthy machine with this log."""
    return list(report(facts(machine={"kernel_log": log})).findings)


def test_grave_xid_of_a_gpu_that_works_is_a_warning() -> None:
    """Xid 62 asks for a reset of the GPU, which is named."""
    (finding,) = told(xid(62), xid(62))
    assert (finding.rule, finding.severity, finding.subject) == ("GPU110", "warning", "gpu/0")
    assert finding.remedy
    assert finding.remedy.commands == ("sudo nvidia-smi --gpu-reset -i 0",)


@pytest.mark.parametrize("number", [8, 45])
def test_program_s_own_xid_is_a_note(number: int) -> None:
    """The message says that the environment is not to blame."""
    (finding,) = told(xid(number))
    assert (finding.rule, finding.severity) == ("GPU110", "note")
    assert "not the environment" in finding.message


def test_well_known_faults_of_programs_are_another_rule_s() -> None:
    """Xid 31 is a consequence of the note that says so."""
    (finding,) = told(xid(31))
    assert finding.severity == "note"
    assert "GPU110" in {finding.rule, *(each.rule for each in finding.consequences)}


def test_xid_of_an_unknown_number_is_a_note() -> None:
    """A number that the table lacks is told without a judgement."""
    (finding,) = told(xid(9999))
    assert finding.severity == "note"


def test_pasted_xid_is_an_error() -> None:
    """Of a report nobody knows whether the GPU works again."""
    (finding,) = report(facts(messages=[xid(62)])).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU110", "error", "gpu/0")


def test_silent_on_other_lines() -> None:
    """Lines of the driver without an Xid."""
    assert told("[  4.1] nvidia: module license 'NVIDIA' taints kernel.") in ([], told())
