"""GPU704: products are far slower than the sourced rate."""

from typing import Any

import msgspec
import pytest

from gpucheck.facts import GpuUse
from make import SEEN, facts, found, gpu, product, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130", gpus=["RTX 4090"])
SLOW = product(seconds=2 * 8192**3 / 40e12)


def test_fires_and_names_the_rate() -> None:
    """A quarter of what the data sheet says."""
    (finding,) = report(with_smoke(HERE, torch=smoked(products=(SLOW,)))).findings
    assert (finding.rule, finding.severity) == ("GPU704", "warning")
    assert "40 of 165.2 TFLOP/s, 24 %" in finding.evidence[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"products": (product(),)},
        {"products": (product(size=500, seconds=1.0),)},
        {"products": (product(size=2048, seconds=0.0001, flop_per_s=1e12),)},
        {"products": (product(seconds=1.0, is_library=False),)},
        {"products": (SLOW,), "use": None},
        {"products": (SLOW,), "use": GpuUse(**{**SEEN, "throttle_reasons": ("sw_power_cap",)})},
        {"products": (SLOW,), "use": GpuUse(**{**SEEN, "utilization_percent_before": 80})},
        {"products": (SLOW,), "use": GpuUse(**{**SEEN, "utilization_percent_before": None})},
        {"products": (SLOW,), "use": GpuUse(**{**SEEN, "sample_count": 1})},
        {"products": (SLOW,), "use": GpuUse(**{**SEEN, "throttle_reasons": None})},
        {"products": (SLOW,), "uuid": "GPU-another"},
        {"products": (product(dtype="int8", seconds=1.0),)},
    ],
)
def test_silent(fields: dict[str, Any]) -> None:
    """Fast, small, short, our own kernel, unwatched, limited, busy, or unknown in one of these."""
    assert found(with_smoke(HERE, torch=smoked(**fields))) == []


def test_silent_where_the_rate_is_not_known() -> None:
    """A product that no table has."""
    unknown = msgspec.structs.replace(gpu("RTX 4090"), name="NVIDIA Prototype 9000")
    here = facts(torch="2.9.1+cu130", gpus=[unknown])
    assert "GPU704" not in found(with_smoke(here, torch=smoked(products=(SLOW,))))


def test_the_framework_is_named_where_another_is_fast() -> None:
    """Else it is the GPU, once for all tests."""
    slow = smoked(products=(SLOW,))
    (finding,) = report(with_smoke(HERE, torch=slow, jax=smoked("jax"))).findings
    assert finding.subject == "framework/torch"
    (finding,) = report(
        with_smoke(HERE, torch=slow, cupy=smoked("cupy", products=(SLOW,)))
    ).findings
    assert (finding.subject, finding.message) == (
        "gpu/0",
        "Matrix products of 2 tests on GPU 0 are below half of the GPU's rate.",
    )


def test_follows_from_a_gpu_that_is_slowed_down() -> None:
    """NVML named the reason before the test."""
    hot = gpu("RTX 4090", throttle_reasons=("hw_thermal_slowdown",))
    here = facts(torch="2.9.1+cu130", gpus=[hot])
    (finding,) = report(with_smoke(here, torch=smoked(products=(SLOW,)))).findings
    assert finding.rule == "GPU115"
    assert [each.rule for each in finding.consequences] == ["GPU704"]


def test_silent_where_a_share_of_the_gpu_is_set() -> None:
    """By MPS."""
    shared = {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "25"}
    here = facts(torch="2.9.1+cu130", environment=shared)
    assert "GPU704" not in found(with_smoke(here, torch=smoked(products=(SLOW,))))
