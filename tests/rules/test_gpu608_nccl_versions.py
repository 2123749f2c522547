"""GPU608: two NCCL libraries in one environment."""

from make import facts, found, report


def test_warns_of_two_wheels_and_keeps_the_one_of_pytorch() -> None:
    """Both own the same files, so both go and one comes anew."""
    both = {"nvidia-nccl-cu12": "2.27.3", "nvidia-nccl-cu13": "2.27.7"}
    findings = report(facts(torch="2.9.0+cu130", distributions=both)).findings
    everything = [*findings, *(c for finding in findings for c in finding.consequences)]
    (finding,) = (found for found in everything if found.rule == "GPU608")
    assert finding.remedy is not None
    assert finding.remedy.commands[0].endswith("nvidia-nccl-cu12 nvidia-nccl-cu13")
    assert finding.remedy.commands[1].endswith("nvidia-nccl-cu13==2.27.7")


def test_silent_on_one() -> None:
    """As every PyTorch has it."""
    one = {"nvidia-nccl-cu13": "2.27.7"}
    assert "GPU608" not in found(facts(torch="2.9.0+cu130", distributions=one))


def test_nccl_s_own_words_prove_it() -> None:
    """Ranks of one job with different releases; words only, as nothing is known here."""
    line = "NCCL WARN Mismatched NCCL version detected : rank 0 version 22703 rank 1 version 21805"
    finding = report(facts(messages=[line])).findings[0]
    assert finding.rule == "GPU608"
    assert finding.remedy is not None
    assert finding.remedy.commands == ()
