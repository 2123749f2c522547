"""GPU904: part of the facts is missing."""

from make import facts, found, report


def test_names_each_missing_section_with_its_reason() -> None:
    """A probe that could not work is said, with how it ended."""
    (finding,) = report(facts(gpus=[], outcomes={"toolkit": "timed_out"})).findings[1:]
    assert finding.rule == "GPU904"
    assert finding.evidence == ("toolkit: timed out",)


def test_silent_when_everything_was_collected() -> None:
    """A whole snapshot."""
    assert found(facts()) == []


def test_a_hung_driver_explains_it() -> None:
    """GPU120 says it already."""
    assert found(facts(outcomes={"driver": "timed_out"})) == ["GPU120"]
