"""GPU121: the driver's library kills its caller."""

from make import facts, found, report


def test_fires_on_a_probe_that_crashed() -> None:
    """NVML or libcuda ended the process."""
    assert found(facts(outcomes={"driver": "crashed"})) == ["GPU121"]
    assert found(facts(outcomes={"cuda_driver": "crashed"})) == ["GPU121"]


def test_silent_when_gpucheck_could_not_ask() -> None:
    """A probe that was refused or not started says nothing about the driver."""
    for outcome in ("refused", "not_started", "garbled"):
        assert "GPU121" not in found(facts(outcomes={"driver": outcome}))


def test_crashing_framework_follows_from_it() -> None:
    """The framework dies of the same library."""
    outcomes = {"cuda_driver": "crashed", "torch": "crashed"}
    assert found(facts(driver="550.54.15", torch="2.6.0+cu124", outcomes=outcomes)) == ["GPU121"]  # type: ignore[arg-type]


def test_remedy_reinstalls_what_is_installed() -> None:
    """To install an installed driver does nothing; in a container it is the host's."""
    crashed = report(facts(outcomes={"driver": "crashed"})).findings[0]
    assert crashed.remedy
    assert "--reinstall" in crashed.remedy.commands[0]
    for here in ({"distribution": "fedora"}, {"is_container": True}):
        other = report(facts(outcomes={"driver": "crashed"}, machine=here)).findings[0]
        assert other.remedy
        assert other.remedy.commands == ()
