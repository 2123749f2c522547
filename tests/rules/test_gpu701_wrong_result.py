"""GPU701: what was computed is wrong."""

from typing import Any

import pytest

from gpucheck.facts import Calculation
from make import facts, found, product, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")


@pytest.mark.parametrize(
    "wrong",
    [
        {"products": (product(relative_error=0.5),)},
        {"products": (product(relative_error=None, is_written=False),)},
        {"products": (product(is_written=False),)},
        {"convolution": Calculation(dtype="fp32", relative_error=0.1, error_bound=1e-4)},
        {"gradient": Calculation(dtype="fp32", error_bound=1e-5)},
    ],
)
def test_fires(wrong: dict[str, Any]) -> None:
    """Beyond the bound, not written, or not a number."""
    (finding,) = report(with_smoke(HERE, torch=smoked(**wrong))).findings
    assert (finding.rule, finding.severity, finding.subject) == (
        "GPU701",
        "error",
        "framework/torch",
    )
    assert finding.remedy
    assert "driver alone computes right" in finding.remedy.text


def test_the_driver_is_to_blame_where_it_is_wrong_too() -> None:
    """Then reinstalling a framework mends nothing."""
    wrong: dict[str, Any] = {"products": (product(relative_error=0.5),)}
    tests = {"cuda_driver": smoked("cuda_driver", **wrong), "torch": smoked(**wrong)}
    findings = report(with_smoke(HERE, **tests)).findings
    assert [finding.subject for finding in findings] == ["driver", "framework/torch"]
    assert all("ECC" in str(finding.remedy) for finding in findings)


def test_fires_on_the_cpu_as_well() -> None:
    """There the same tests run with --device cpu."""
    wrong = smoked(ordinal=None, uuid=None, use=None, products=(product(relative_error=0.5),))
    assert found(with_smoke(facts(gpus=[]), torch=wrong))[0] == "GPU701"


def test_silent_within_the_bound_and_where_nothing_was_computed() -> None:
    """Rounding is no fault, and a test that was left out says nothing."""
    assert found(with_smoke(HERE, torch=smoked())) == []
    assert found(with_smoke(HERE, torch=smoked(products=()))) == []
    assert found(with_smoke(HERE, torch=smoked(products=(product(error_bound=None),)))) == []
