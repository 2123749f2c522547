"""GPU318: several TensorFlows in one folder."""

from gpucheck.facts import Facts
from make import facts, findings, found, framework, report

BOTH = ("tensorflow", "tensorflow-cpu")


def machine(**changes: object) -> Facts:
    """Return a machine with both, of which one shows."""
    build = framework("tensorflow", "2.17.0", "12.3", **changes)
    return facts(
        frameworks=[build],
        distributions={"tensorflow-cpu": "2.17.0"},
        packages={"shared_modules": {"tensorflow": BOTH}},
    )


def test_fires_when_two_own_the_module() -> None:
    """Without a device in sight it is an error, and all are taken out first."""
    finding = findings(machine(devices=(), is_gpu_usable=False), "GPU318")[0]
    assert (finding.rule, finding.severity) == ("GPU318", "error")
    assert finding.remedy
    assert finding.remedy.commands[0].endswith("uninstall -y tensorflow tensorflow-cpu")
    assert "'tensorflow[and-cuda]==2.17.0'" in finding.remedy.commands[1]


def test_is_a_warning_while_it_works() -> None:
    """GPUs are seen: the trouble is still to come."""
    assert [(f.rule, f.severity) for f in findings(machine(), "GPU318")] == [("GPU318", "warning")]


def test_silent_when_names_alone_are_two() -> None:
    """On Windows tensorflow and tensorflow-intel: only one owns the files."""
    build = framework("tensorflow", "2.17.0", "12.3")
    assert "GPU318" not in found(
        facts(frameworks=[build], distributions={"tensorflow-intel": "2.17.0"})
    )


def test_unknown_without_packages() -> None:
    """Nothing is known: skipped."""
    assert "GPU318" in [s.rule for s in report(facts(outcomes={"packages": "garbled"})).skipped]
