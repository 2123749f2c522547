"""GPU702: a small calculation failed on the GPU."""

import pytest

from gpucheck.facts import Outcome, Section, SmokeError, SmokeTest
from gpucheck.tables import Tables
from make import facts, found, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
BY_CODE = {209: "GPU303", 803: "GPU213", 804: "GPU213", 802: "GPU601", 999: "GPU122", 46: "GPU113"}
NAMES = {row.code: row for row in Tables().cuda_errors.rows}


def failed(name: str, code: int | None, message: str = "it failed") -> Section[SmokeTest]:
    """Build a test that ended with an error."""
    row = NAMES.get(code) if code is not None else None
    words = row.message if row and row.message else message
    error = SmokeError(
        stage="cuLaunchKernel", message=words, code=code, name=row.name if row else None
    )
    return smoked(name, error=error, products=())


@pytest.mark.parametrize("name", ["cuda_driver", "torch"])
@pytest.mark.parametrize("code", BY_CODE)
def test_the_code_names_the_cause(name: str, code: int) -> None:
    """The failed test follows from what its code proves."""
    (finding,) = report(with_smoke(HERE, **{name: failed(name, code)})).findings
    assert (finding.rule, finding.severity) == (BY_CODE[code], "error")
    assert [each.rule for each in finding.consequences] == ["GPU702"]


@pytest.mark.parametrize("code", NAMES)
def test_every_code_is_told(code: int) -> None:
    """Whatever CUDA returns, there is a finding with the code in it, or the memory ran out."""
    seen = report(with_smoke(HERE, torch=failed("torch", code))).findings
    everything = [*seen, *(each for finding in seen for each in finding.consequences)]
    rules = {finding.rule for finding in everything}
    assert rules & {"GPU702", "GPU707"}
    assert f"({code})" in str(everything) or f"error {code}" in str(everything) or code == 2


def test_what_a_framework_says_is_enough() -> None:
    """PyTorch prints no code."""
    words = "RuntimeError: CUDA error: no kernel image is available for execution on the device"
    (finding,) = report(with_smoke(HERE, torch=failed("torch", None, words))).findings
    assert finding.rule == "GPU303"


def test_the_driver_stands_for_all() -> None:
    """Where it fails too, the frameworks' failures are evidence and not findings of their own."""
    tests = {"cuda_driver": failed("cuda_driver", 700), "torch": failed("torch", 700)}
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.rule, finding.subject) == ("GPU702", "driver")
    assert any("PyTorch" in line for line in finding.evidence)


def test_a_framework_alone_is_told_apart() -> None:
    """The driver computes right, so the fault is above it."""
    tests = {"cuda_driver": smoked("cuda_driver"), "torch": failed("torch", 700)}
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.rule, finding.subject) == ("GPU702", "framework/torch")
    assert any("fault is in the framework" in line for line in finding.evidence)


@pytest.mark.parametrize("outcome", ["crashed", "timed_out", "unkillable", "exited"])
def test_fires_on_a_crash_and_a_hang(outcome: Outcome) -> None:
    """It had begun to compute."""
    assert found(with_smoke(HERE, torch=smoked(outcome=outcome))) == ["GPU702"]


def test_silent_where_it_did_not_come_to_computing() -> None:
    """Refused, or hung in the import: others speak of that."""
    for outcome in ("refused", "timed_out", "not_started"):
        part = smoked(outcome=outcome, test={"devices": ()})
        assert found(with_smoke(HERE, torch=part)) == []


def test_silent_where_memory_ran_out() -> None:
    """That says nothing about driver or framework; it is noted."""
    assert found(with_smoke(HERE, torch=failed("torch", 2))) == ["GPU707"]
