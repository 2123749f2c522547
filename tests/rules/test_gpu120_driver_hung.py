"""GPU120: the driver does not answer."""

from make import facts, found


def test_fires_on_a_probe_that_timed_out() -> None:
    """NVML or libcuda did not come back; once for both."""
    assert found(facts(outcomes={"driver": "timed_out"})) == ["GPU120"]
    assert found(facts(outcomes={"driver": "unkillable", "cuda_driver": "timed_out"})) == ["GPU120"]


def test_a_hanging_framework_follows_from_it() -> None:
    """A framework that hangs as well is a consequence."""
    outcomes = {"driver": "timed_out", "torch": "timed_out"}
    assert found(facts(torch="2.6.0+cu124", outcomes=outcomes)) == ["GPU120"]  # type: ignore[arg-type]


def test_silent_when_both_answered() -> None:
    """Healthy probes."""
    assert found(facts()) == []
