"""GPU323: a framework hangs."""

from make import facts, found


def test_fires_at_the_time_limit() -> None:
    """Ended or not to be ended."""
    for outcome in ("timed_out", "unkillable"):
        assert "GPU323" in found(facts(torch="2.6.0+cu124", outcomes={"torch": outcome}))


def test_silent_when_it_ended() -> None:
    """A healthy import."""
    assert "GPU323" not in found(facts(torch="2.6.0+cu124"))
