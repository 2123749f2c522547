"""GPU708: starting a kernel takes long."""

from make import facts, found, gpu, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")


def test_notes_it_with_the_reason() -> None:
    """Windows' display driver model is one."""
    here = facts(torch="2.9.1+cu130", gpus=[gpu("RTX 4090", driver_model="WDDM")])
    part = smoked("cuda_driver", launch_s=80e-6)
    findings = report(with_smoke(here, cuda_driver=part)).findings
    (finding,) = [each for each in findings if each.rule == "GPU708"]
    assert finding.severity == "note"
    assert "80 µs" in finding.message
    assert finding.evidence == ("the driver runs in the model WDDM",)


def test_silent_below_and_where_it_is_not_known() -> None:
    """Some microseconds are usual."""
    for launch_s in (8e-6, None):
        part = smoked("cuda_driver", launch_s=launch_s)
        assert found(with_smoke(HERE, cuda_driver=part)) == []


def test_follows_from_a_setting_for_debugging() -> None:
    """CUDA_LAUNCH_BLOCKING waits for every kernel."""
    here = facts(torch="2.9.1+cu130", environment={"CUDA_LAUNCH_BLOCKING": "1"})
    part = smoked("cuda_driver", launch_s=80e-6)
    (finding,) = report(with_smoke(here, cuda_driver=part)).findings
    assert finding.rule == "GPU513"
    (below,) = finding.consequences
    assert (below.rule, below.evidence) == ("GPU708", ('CUDA_LAUNCH_BLOCKING="1"',))


def test_says_so_where_no_reason_is_seen() -> None:
    """It is not guessed."""
    part = smoked("cuda_driver", launch_s=80e-6)
    (finding,) = report(with_smoke(HERE, cuda_driver=part)).findings
    assert finding.evidence == ("no reason was seen",)
