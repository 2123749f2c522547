"""GPU317: tensorflow-gpu after its end."""

from make import facts, findings, found, framework

REMOVED = 'The "tensorflow-gpu" package has been removed!'


def test_fires_on_the_placeholder() -> None:
    """2.12 is empty: with no TensorFlow beside it nothing works."""
    (finding,) = findings(facts(distributions={"tensorflow-gpu": "2.12.0"}), "GPU317")
    assert (finding.rule, finding.severity) == ("GPU317", "error")
    assert finding.remedy
    assert "uninstall -y tensorflow-gpu" in finding.remedy.commands[0]
    assert "'tensorflow[and-cuda]==" in finding.remedy.commands[1]


def test_is_a_warning_beside_a_real_tensorflow() -> None:
    """Then it is only in the way."""
    here = facts(
        frameworks=[framework("tensorflow", "2.17.0", "12.3")],
        distributions={"tensorflow-gpu": "2.12.0"},
    )
    assert [(f.rule, f.severity) for f in findings(here, "GPU317")] == [("GPU317", "warning")]


def test_silent_on_the_last_real_ones() -> None:
    """Up to 2.11 it holds TensorFlow."""
    old = framework("tensorflow", "2.10.1", "11.2", distribution="tensorflow-gpu")
    assert "GPU317" not in found(facts(frameworks=[old]))


def test_its_own_message_is_enough() -> None:
    """A pasted report knows nothing else."""
    assert "GPU317" in found(facts(gpus=[], messages=[REMOVED], outcomes={"packages": "not_given"}))
