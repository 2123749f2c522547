"""GPU322: importing a framework kills the process."""

from make import facts, found


def test_fires_on_a_crash_and_on_an_early_exit() -> None:
    """Signals and exits alike."""
    for outcome in ("crashed", "exited"):
        assert "GPU322" in found(facts(torch="2.6.0+cu124", outcomes={"torch": outcome}))


def test_silent_when_gpucheck_s_own_probe_failed() -> None:
    """What our probe could not tell is no fault of the framework: GPU904 says it."""
    for outcome in ("failed", "garbled", "not_started"):
        seen = found(facts(torch="2.6.0+cu124", outcomes={"torch": outcome}))
        assert "GPU322" not in seen
        assert "GPU904" in seen


def test_silent_when_it_was_not_asked() -> None:
    """--no-import is no crash."""
    seen = found(facts(torch="2.6.0+cu124", outcomes={"torch": "not_asked"}))
    assert "GPU322" not in seen
