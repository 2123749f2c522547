"""GPU201: several CUDA numbers that may differ."""

from make import facts, found


def test_notes_differing_numbers() -> None:
    """Driver 13.0 and a build for 12.4 differ, and may."""
    assert found(facts(driver="580.95.05", torch="2.6.0+cu124")) == ["GPU201"]


def test_silent_on_equal_numbers() -> None:
    """One number, nothing to explain."""
    assert found(facts(driver="550.54.15", torch="2.6.0+cu124")) == []


def test_unknown_without_the_driver() -> None:
    """Without the driver's number there is no difference to explain."""
    assert "GPU201" not in found(facts(torch="2.6.0+cu124", outcomes={"driver": "timed_out"}))
