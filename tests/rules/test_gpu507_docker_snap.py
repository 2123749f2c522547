"""GPU507: Docker is installed as a snap."""

from make import facts, found, report

REFUSED = (
    'Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'
)
SNAP = {"docker_paths": ("/snap/bin/docker",), "has_container_toolkit": False}


def test_refusal_by_the_snap_is_the_cause() -> None:
    """That Docker knows no GPU (GPU501) follows."""
    finding = report(facts(machine=SNAP, messages=[REFUSED])).findings[0]
    assert (finding.rule, finding.severity) == ("GPU507", "error")
    assert [c.rule for c in finding.consequences] == ["GPU501"]


def test_a_report_that_shows_the_snap() -> None:
    """Its path, in another line."""
    lines = [REFUSED, "$ which docker", "/snap/bin/docker"]
    assert found(facts(messages=lines)) == ["GPU507"]


def test_a_note_where_nothing_has_failed() -> None:
    """Newer revisions of the snap can do it."""
    (finding,) = report(facts(machine=SNAP)).findings
    assert (finding.rule, finding.severity) == ("GPU507", "note")


def test_silent_on_another_docker_and_when_nothing_is_known() -> None:
    """Docker's own packages, both side by side, the toolkit installed, an old snapshot."""
    for changes in (
        {"docker_paths": ("/usr/bin/docker",), "has_container_toolkit": False},
        {"docker_paths": ("/usr/bin/docker", "/snap/bin/docker"), "has_container_toolkit": False},
        {"docker_paths": ("/snap/bin/docker",), "has_container_toolkit": True},
        {"docker_paths": (), "has_container_toolkit": False},
        {},
    ):
        assert found(facts(machine=changes)) == []


def test_refusal_alone_is_the_toolkit_s() -> None:
    """Without a snap GPU501 is proven."""
    assert found(facts(messages=[REFUSED])) == ["GPU501"]
