"""GPU110: Xids in the kernel's log."""

import pytest

from gpucheck.findings import Finding
from make import facts, gpu, report


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


@pytest.mark.parametrize("number", [8, 32, 45, 94])
def test_program_is_not_blamed_for_ecc_and_pcie(number: int) -> None:
    """It is to be restarted, and the card to be looked at if that does not help."""
    (finding,) = told(xid(number))
    assert (finding.rule, finding.severity) == ("GPU110", "note")
    assert "at fault" not in finding.message
    assert finding.remedy
    assert "ECC" in finding.remedy.text


@pytest.mark.parametrize("number", [13, 31, 43])
def test_program_s_own_xid(number: int) -> None:
    """The message says that the environment is not to blame."""
    found = [each for root in told(xid(number)) for each in (root, *root.consequences)]
    (own,) = [each for each in found if each.rule == "GPU110"]
    assert own.severity == "note"
    assert "not the environment" in own.message
    assert own.remedy
    assert "compute-sanitizer" in own.remedy.text


def test_xid_for_support_is_a_note_while_the_gpu_works() -> None:
    """Xid 56; of a pasted line nobody knows."""
    assert [finding.severity for finding in told(xid(56))] == ["note"]
    assert [each.severity for each in report(facts(messages=[xid(56)])).findings] == ["error"]


def test_gpu_with_a_display_is_not_reset() -> None:
    """A reset is refused there: the machine is restarted."""
    desktop = facts(
        gpus=[gpu("RTX 4090", is_display_active=True)], machine={"kernel_log": [xid(62)]}
    )
    (finding,) = report(desktop).findings
    assert finding.remedy
    assert finding.remedy.commands == ()


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
