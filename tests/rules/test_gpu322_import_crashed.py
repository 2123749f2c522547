"""GPU322: importing a framework kills the process."""

from make import facts, found


def test_fires_on_a_crash_and_on_an_early_exit() -> None:
    """Signals and exits alike."""
    for outcome in ("crashed", "failed", "garbled"):
        assert "GPU322" in found(facts(torch="2.6.0+cu124", outcomes={"torch": outcome}))


def test_silent_when_it_was_not_asked() -> None:
    """--no-import is no crash."""
    seen = found(facts(torch="2.6.0+cu124", outcomes={"torch": "not_asked"}))
    assert "GPU322" not in seen
