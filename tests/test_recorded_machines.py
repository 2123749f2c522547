"""Snapshots of real GPU machines give the findings that they gave there.

`gpucheck smoke --share --format json` made them; the date and what was measured are in
docs/measured.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.smoke import devices_under_test, is_right
from gpucheck.diagnose import diagnose
from gpucheck.facts import Facts, from_json
from gpucheck.figures import figures_of
from gpucheck.redact import redact
from gpucheck.requirement_checks import check_all
from gpucheck.settings import required
from gpucheck.tables import Tables
from machines.broken import in_words

FOLDER = Path(__file__).parent / "snapshots" / "recorded_machines"
EXPECTED = {
    "h100_gate": ("GPU405", "GPU302", "GPU327 > GPU201"),
    "h200_torch_jax_cupy": ("GPU302", "GPU327 > GPU201"),
    "h200_numba_cuda_and_numpy_2_5": ("GPU702", "GPU302", "GPU327 > GPU201"),
}


def recorded(name: str) -> Facts:
    """Return a recorded snapshot."""
    return from_json((FOLDER / f"{name}.json").read_bytes())


def test_every_snapshot_is_expected() -> None:
    """None lies about unused."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_findings(name: str) -> None:
    """The same root causes in the same order, and after sharing it once more."""
    facts = recorded(name)
    for each in (facts, redact(facts)):
        found = diagnose(each, Tables()).findings
        assert tuple(map(in_words, found)) == EXPECTED[name]
    assert redact(facts) == facts


def test_what_computed_was_right_and_seen() -> None:
    """On a real H200 NVML listed every test's process."""
    facts = recorded("h200_torch_jax_cupy")
    tested = list(devices_under_test(facts, on_cpu=False))
    assert {each.name for each in tested} == {"cuda_driver", "cupy", "jax", "torch"}
    for each in tested:
        assert all(map(is_right, each.device.products))
        assert verdict(each.device, facts).value == "used"


def test_what_was_required_of_a_real_machine_is_met() -> None:
    """As it was there, in an H100's own words; what it is not is known as well."""
    facts = recorded("h100_gate")
    met = (
        *("gpus>=1", "memory>=70GiB", "gpu:H100|H200", "compute_capability>=9.0", "driver>=535"),
        *("cuda>=12.4", "torch>=2.6", "jax", "cupy", "smoke:torch", "smoke:cuda_driver"),
    )
    asked = required((*met, "gpus>=2", "memory>=80GiB", "gpu:A10", "onnxruntime"))
    findings = diagnose(facts, Tables()).findings
    answers = [each.answer for each in check_all(asked, facts, findings)]
    assert answers == ["met"] * len(met) + ["not_met"] * 4


def test_figures_have_their_shares() -> None:
    """The tables know this GPU: no product is faster than its rate, none far below it."""
    (device,) = figures_of(recorded("h200_torch_jax_cupy"), Tables())
    shares = {f.what: f.part for f in device.figures if f.test == "PyTorch" and f.part is not None}
    assert len(shares) == 4
    assert all(0.5 < part < 1 for part in shares.values())
