"""GPU605: an NVLink is down or makes errors."""

from gpucheck.facts import Gpu, NvLink
from make import facts, found, gpu, report


def linked(index: int, active: int, *, errors: dict[str, int] | None = None) -> Gpu:
    """Return an A100 with twelve links, the first of them up."""
    links = [NvLink(link=n, is_active=n < active, errors=errors or {}) for n in range(12)]
    return gpu("A100", index, nvlinks=tuple(links))


def test_fires_on_fewer_links_than_its_equals() -> None:
    """Only the one GPU."""
    here = facts(gpus=[linked(0, 12), linked(1, 12), linked(2, 11)])
    (finding,) = report(here).findings
    assert (finding.rule, finding.subject) == ("GPU605", "gpu/2")
    assert "11 of 12" in finding.message


def test_fires_on_links_that_were_recovered() -> None:
    """They went down and came back."""
    here = facts(gpus=[linked(0, 12, errors={"recovery": 3}), linked(1, 12)])
    (finding,) = report(here).findings
    assert (finding.rule, finding.subject) == ("GPU605", "gpu/0")
    assert (finding.severity, "went down and came back" in finding.message) == ("note", True)
    worse = facts(gpus=[linked(0, 12, errors={"recovery": 3}), linked(1, 11)])
    assert {finding.severity for finding in report(worse).findings} == {"warning"}


def test_silent_without_bridges_and_on_usual_errors() -> None:
    """No link is up; all are; single replays; nothing is known; a single GPU."""
    assert found(facts(gpus=[linked(0, 0), linked(1, 0)])) == []
    assert found(facts(gpus=[linked(0, 12), linked(1, 12), linked(2, 0)])) == []
    assert found(facts(gpus=[linked(0, 12, errors={"replay": 2, "crc_flit": 9})])) == []
    assert found(facts(gpus=["A100"] * 2)) == []
    assert found(facts(gpus=[linked(0, 4)])) == []


def test_error_220_alone_proves_it() -> None:
    """A program's line in a report."""
    line = "CUDA error: uncorrectable NVLink error detected during the execution"
    assert found(facts(gpus=[], driver=None, messages=[line]))[0] == "GPU605"
