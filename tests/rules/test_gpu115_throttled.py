"""GPU115: slowed down by heat or power supply."""

from make import facts, found, gpu, report


def reasons(*names: str) -> list[str]:
    """Return what is found for a GPU whose clocks are limited by these."""
    return found(facts(gpus=[gpu("RTX 4090", throttle_reasons=names)]))


def test_fires_on_heat_and_power_brake() -> None:
    """Also on an idle GPU."""
    assert reasons("gpu_idle", "hw_thermal_slowdown") == ["GPU115"]
    assert reasons("hw_slowdown", "hw_power_brake_slowdown") == ["GPU115"]
    assert reasons("hw_slowdown") == ["GPU115"]


def test_temperature_is_evidence() -> None:
    """With the temperature at which it slows down."""
    hot = gpu(
        "RTX 4090",
        throttle_reasons=("sw_thermal_slowdown",),
        temperature_c=92,
        temperature_slowdown_c=91,
    )
    (finding,) = report(facts(gpus=[hot])).findings
    assert "temperature 92 °C, slows down at 91 °C" in finding.evidence


def test_silent_on_normal_reasons() -> None:
    """Idle, its own power limit, and an idle GPU's general slowdown."""
    assert reasons() == []
    assert reasons("gpu_idle") == []
    assert reasons("sw_power_cap") == []
    assert reasons("gpu_idle", "hw_slowdown") == []
