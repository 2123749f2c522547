"""GPU313: torchvision or torchaudio for another PyTorch."""

from gpucheck.facts import Companion, ImportFailure
from gpucheck.findings import Finding
from make import facts, found, report, torch


def finding(release: str, package: str = "torchvision", **changes: object) -> Finding | None:
    """Return what is said of a companion beside torch 2.6.0+cu124."""
    build = torch("2.6.0+cu124", **changes)
    seen = report(facts(driver="550.54.15", torch=build, distributions={package: release})).findings
    return next((each for each in seen if each.rule == "GPU313"), None)


def test_fires_on_another_minor() -> None:
    """0.20.1 is for 2.5.1; the remedy keeps torch and takes its companion."""
    seen = finding("0.20.1")
    assert seen
    assert seen.severity == "error"
    assert seen.remedy
    assert "torchvision==0.21.0" in seen.remedy.commands[-1]
    assert "/cu124" in seen.remedy.commands[-1]


def test_severity_by_what_was_seen() -> None:
    """It raised, it came through, or only the last number differs."""
    failure = ImportFailure(kind="RuntimeError", message="operator torchvision::nms does not exist")
    for companion, release, severity in (
        (Companion(name="torchvision", import_failure=failure), "0.20.1", "error"),
        (Companion(name="torchvision"), "0.20.1", "warning"),
    ):
        seen = finding(release, companions=(companion,))
        assert seen
        assert seen.severity == severity
    micro = report(facts(torch="2.5.0+cu124", distributions={"torchvision": "0.20.1"})).findings
    assert [e.severity for e in micro if e.rule == "GPU313"] == ["note"]


def test_fires_on_another_cuda() -> None:
    """A CPU build beside a CUDA build is grave, another CUDA major a warning."""
    for release, severity in (("0.21.0+cpu", "error"), ("0.21.0+cu118", "warning")):
        seen = finding(release)
        assert seen
        assert seen.severity == severity


def test_silent_when_it_belongs_or_nobody_knows() -> None:
    """The same release, another minor of the same CUDA major, unknown and nightly builds."""
    for release in ("0.21.0", "0.21.0+cu124", "0.21.0+cu126", "9.9.9"):
        assert finding(release) is None
    nightly = torch("2.7.0.dev20250101+cu124")
    assert "GPU313" not in found(facts(torch=nightly, distributions={"torchvision": "0.20.1"}))


def test_a_line_alone_proves_it() -> None:
    """PyTorch says it; without facts there are words."""
    line = "RuntimeError: operator torchvision::nms does not exist"
    seen = report(facts(messages=[line])).findings
    assert [each.rule for each in seen] == ["GPU313"]
    assert seen[0].remedy
    assert seen[0].remedy.commands == ()
