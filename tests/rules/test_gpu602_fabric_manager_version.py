"""GPU602: fabric manager and driver are of different releases."""

from make import facts, found, report

LINE = (
    "nv-fabricmanager[9]: fabric manager NVIDIA GPU driver interface version 575.51.02"
    " don't match with driver version 580.95.05. Please update"
)


def test_its_own_words_prove_it_and_explain_802() -> None:
    """That CUDA cannot start (GPU601) follows."""
    here = facts(gpus=["A100"] * 2, cuda_error=802, messages=[LINE])
    finding = next(f for f in report(here).findings if f.rule == "GPU602")
    assert finding.remedy is not None
    assert "580.95.05" in finding.remedy.text
    assert "GPU601" in {consequence.rule for consequence in finding.consequences}


def test_silent_otherwise() -> None:
    """A healthy machine with several GPUs."""
    assert found(facts(gpus=["A100"] * 2)) == []
