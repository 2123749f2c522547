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
    assert "40 of 165.2 TFLOP/s, 24 %" in finding.evidence[0].replace("24%", "24 %")


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
        {"products": (SLOW,), "uuid": "GPU-another"},
        {"products": (product(dtype="int8", seconds=1.0),)},
    ],
)
def test_silent(fields: dict[str, Any]) -> None:
    """Fast, too small, our own kernel, not watched, limited, busy, unknown GPU or rate."""
    assert found(with_smoke(HERE, torch=smoked(**fields))) == []


def test_silent_where_the_rate_is_not_known() -> None:
    """A product that no table has."""
    unknown = msgspec.structs.replace(gpu("RTX 4090"), name="NVIDIA Prototype 9000")
    here = facts(torch="2.9.1+cu130", gpus=[unknown])
    assert "GPU704" not in found(with_smoke(here, torch=smoked(products=(SLOW,))))
