"""GPU711: a line that looks like an error is harmless."""

from make import facts, found, framework, report

FACTORY = "E0000 cuda_fft.cc:477] Unable to register cuFFT factory: one is registered already"
NUMA = "successful NUMA node read from SysFS had negative value (-1), so returning NUMA node zero"
TAINTS = "nvidia: module license 'NVIDIA' taints kernel."


def test_notes_noise_in_one_finding() -> None:
    """Several lines, each with what it means."""
    (finding,) = report(facts(messages=[FACTORY, NUMA])).findings
    assert (finding.rule, finding.severity) == ("GPU711", "note")
    assert len(finding.evidence) == 2
    assert "NUMA" in finding.message


def test_notes_what_a_framework_printed() -> None:
    """On a live machine, with the framework as its subject."""
    build = framework("tensorflow", "2.20.0", "12.5", printed=(FACTORY,))
    findings = [f for f in report(facts(frameworks=[build])).findings if f.rule == "GPU711"]
    assert [finding.subject for finding in findings] == ["framework/tensorflow"]


def test_silent_on_what_every_kernel_logs() -> None:
    """A live machine's log holds such lines at every start."""
    assert found(facts(machine={"kernel_log": (TAINTS,)})) == []
