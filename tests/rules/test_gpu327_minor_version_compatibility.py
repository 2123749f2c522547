"""GPU327: a newer minor release, within what NVIDIA supports."""

from make import facts, found


def test_notes_a_newer_minor() -> None:
    """cu124 on driver 535 (CUDA 12.2)."""
    assert "GPU327" in found(facts(driver="535.129.03", torch="2.6.0+cu124"))


def test_silent_when_the_driver_is_as_new() -> None:
    """cu124 on driver 550."""
    assert "GPU327" not in found(facts(driver="550.54.15", torch="2.6.0+cu124"))


def test_silent_below_the_floor() -> None:
    """Below the floor it is an error, and no note beside it."""
    assert "GPU327" not in found(facts(driver="470.223.02", torch="2.6.0+cu124"))
