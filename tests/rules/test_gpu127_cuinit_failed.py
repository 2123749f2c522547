"""GPU127: cuInit fails."""

from make import facts, found, report


def test_fires_with_the_meaning_of_the_code() -> None:
    """The code's name and what it means in practice are told."""
    (finding,) = report(facts(cuda_error=3)).findings
    assert finding.rule == "GPU127"
    assert "CUDA_ERROR_NOT_INITIALIZED" in finding.message


def test_unknown_code_is_not_explained() -> None:
    """A code that the table lacks is reported as it is."""
    (finding,) = report(facts(cuda_error=4711)).findings
    assert "4711 (unknown code)" in finding.message


def test_hidden_gpus_explain_it() -> None:
    """With an empty mask, cuInit's 100 is a consequence."""
    assert found(facts(cuda_error=100, environment={"CUDA_VISIBLE_DEVICES": "-1"})) == ["GPU510"]


def test_silent_when_cuinit_succeeds() -> None:
    """A healthy driver."""
    assert found(facts()) == []
