"""GPU603: a build covers only some of the GPUs."""

from gpucheck.facts import Facts
from gpucheck.rules.gpu603_mixed_architectures import RULE
from gpucheck.tables import Tables
from make import facts, found, gpu


def messages(of: Facts) -> list[str]:
    """Return what the rule itself says, whatever stands above it."""
    return [str(getattr(result, "message", "")) for result in RULE.check(of, Tables())]


def test_names_the_gpus_that_are_left_out() -> None:
    """A build for CUDA 12.4 beside Blackwell."""
    (message,) = messages(facts(gpus=["RTX 4090", "RTX 5090"], torch="2.6.0+cu124"))
    assert "RTX 5090 (12.0)" in message
    assert "4090" not in message


def test_silent_when_all_or_none_are_covered() -> None:
    """None covered is GPU303's alone."""
    assert messages(facts(gpus=["RTX 4090", "RTX 3090"], torch="2.6.0+cu124")) == []
    assert messages(facts(gpus=["RTX 5090"] * 2, torch="2.6.0+cu124")) == []


def test_silent_without_knowledge() -> None:
    """Unknown capability, a CPU build, no driver."""
    unknown = gpu("RTX 5090", 1, compute_capability=None)
    assert messages(facts(gpus=["RTX 4090", unknown], torch="2.6.0+cu124")) == []
    assert messages(facts(gpus=["RTX 4090", "RTX 5090"], torch="2.6.0+cpu")) == []


def test_stands_under_missing_kernels() -> None:
    """GPU303 says of the same build what fails."""
    assert "GPU603" not in found(facts(gpus=["RTX 4090", "RTX 5090"], torch="2.6.0+cu124"))
