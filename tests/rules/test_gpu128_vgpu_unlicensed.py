"""GPU128: a virtual GPU without a licence."""

from make import facts, found, gpu, report


def test_fires_without_a_licence() -> None:
    """The daemon's log says why."""
    (finding,) = report(facts(gpus=[gpu("A100", vgpu_license_state="unlicensed")])).findings
    assert (finding.rule, finding.severity) == ("GPU128", "warning")
    assert finding.remedy
    assert "sudo journalctl -u nvidia-gridd" in finding.remedy.commands


def test_silent_with_a_licence_and_on_bare_metal() -> None:
    """Bare metal needs none."""
    assert found(facts(gpus=[gpu("A100", vgpu_license_state="licensed")])) == []
    assert found(facts(gpus=["A100"])) == []


def test_what_the_daemon_says_is_enough() -> None:
    """A pasted line."""
    words = "nvidia-gridd[711]: Failed to acquire license from licence.example (7005)"
    assert found(facts(messages=[words])) == ["GPU128"]
