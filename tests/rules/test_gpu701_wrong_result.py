"""GPU701: what was computed is wrong."""

from typing import Any

import pytest

from gpucheck.facts import Calculation
from make import facts, found, gpu, product, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
WRONG = product(relative_error=0.5)


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
    """Beyond the bound, not written, or not a number: of the GPU where nothing computes right."""
    (finding,) = report(with_smoke(HERE, torch=smoked(**wrong))).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU701", "error", "gpu/0")
    assert finding.message == "PyTorch computed wrongly on GPU 0."
    assert "rounding explains" in finding.evidence[0] or "not written" in finding.evidence[0]
    assert finding.remedy
    assert "ECC" in finding.remedy.text


def test_evidence_says_what_was_computed() -> None:
    """Dtype, size, error and bound."""
    (finding,) = report(with_smoke(HERE, torch=smoked(products=(WRONG,)))).findings
    assert finding.evidence == (
        "PyTorch on GPU 0, bf16 product of size 8192: relative error 0.5; rounding explains up to"
        " 2e-02",
    )


def test_the_framework_is_to_blame_where_another_test_is_right() -> None:
    """The driver alone, or another framework, on the same GPU."""
    for name in ("cuda_driver", "jax"):
        tests = {name: smoked(name), "torch": smoked(products=(WRONG,))}
        (finding,) = report(with_smoke(HERE, **tests)).findings
        assert finding.subject == "framework/torch"
        assert "reinstall the framework" in str(finding.remedy)


def test_the_gpu_is_to_blame_where_the_driver_alone_is_wrong_too() -> None:
    """Then reinstalling a framework mends nothing, whatever a third one computes."""
    tests = {
        "cuda_driver": smoked("cuda_driver", products=(WRONG,)),
        "torch": smoked(products=(WRONG,)),
        "jax": smoked("jax"),
    }
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.subject, finding.message) == ("gpu/0", "2 tests computed wrongly on GPU 0.")
    assert "ECC" in str(finding.remedy)


def test_follows_from_memory_errors_of_the_same_gpu() -> None:
    """NVML counts them."""
    bad = gpu("A100", ecc_uncorrected_count=3, is_ecc_enabled=True)
    here = facts(torch="2.9.1+cu130", gpus=[bad])
    (finding,) = report(with_smoke(here, torch=smoked(products=(WRONG,)))).findings
    assert finding.rule == "GPU111"
    assert [each.rule for each in finding.consequences] == ["GPU701"]


def test_fires_on_the_cpu_as_well() -> None:
    """There the same tests run with --device cpu."""
    wrong = smoked(ordinal=None, uuid=None, use=None, products=(product(relative_error=0.5),))
    assert found(with_smoke(facts(gpus=[]), torch=wrong))[0] == "GPU701"


def test_silent_within_the_bound_and_where_nothing_was_computed() -> None:
    """Rounding is no fault, and a test that was left out says nothing."""
    assert found(with_smoke(HERE, torch=smoked())) == []
    assert found(with_smoke(HERE, torch=smoked(products=()))) == []
    assert found(with_smoke(HERE, torch=smoked(products=(product(error_bound=None),)))) == []


def test_silent_where_the_bound_is_not_known() -> None:
    """Without it nobody can tell what is too far."""
    for part in (Calculation(dtype="fp32"), Calculation(dtype="fp32", relative_error=0.1)):
        assert found(with_smoke(HERE, torch=smoked(convolution=part, gradient=part))) == []
