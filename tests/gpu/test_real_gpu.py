"""Everything on real hardware: right results, use seen from outside, no false alarm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gpu.real_machine import PYTHON, gpucheck, lacks
from gpucheck import versions
from gpucheck.compatibility.gpu_use import verdict
from gpucheck.compatibility.smoke import is_right
from gpucheck.diagnose import diagnose
from gpucheck.facts import Facts, from_json
from gpucheck.policy import ExitCode
from gpucheck.smoke_tests import known_tests
from gpucheck.tables import Tables

RETIRED = {"mxnet"}  # no build for a Python that gpucheck runs on
FRAMEWORKS = [name for name in known_tests() if name not in RETIRED]


@pytest.fixture(scope="session")
def facts(smoked: dict[str, Any]) -> Facts:
    """Return the snapshot of the smoke test."""
    return msgspec.convert(smoked["facts"], Facts, dec_hook=versions.decode)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_computes_right_and_is_seen(name: str, facts: Facts) -> None:
    """Each test ends well, every product is right, and NVML saw the GPU in use."""
    section = facts.smoke.get(name)
    if section is None:
        lacks(f"{name} is not installed")
        return
    if section.outcome == "refused":
        lacks(f"{name}: {section.reason}")
    assert (section.outcome, section.value.errors) == ("ok", ())
    assert section.value.devices
    for device in section.value.devices:
        assert device.products, device.unavailable
        assert [product for product in device.products if not is_right(product)] == []
        assert verdict(device, facts).value != "not_used"
        for part in (device.convolution, device.gradient):
            assert part is None or (part.relative_error or 1) <= (part.error_bound or 0)


def test_the_driver_alone_measures_the_machine(facts: Facts) -> None:
    """Copies of every kind, the launch of a kernel, and within the GPU."""
    for device in facts.smoke["cuda_driver"].value.devices:
        kinds = {copy.kind for copy in device.copies}
        assert kinds >= {"host_to_device_pinned", "device_to_host_pinned", "device_to_device"}
        assert device.launch_s
        assert device.launch_s > 0


def test_use_is_seen_where_nvml_can(facts: Facts) -> None:
    """At least one test is proven to use the GPU; none is said not to."""
    verdicts = [
        verdict(device, facts) for part in facts.smoke.values() for device in part.value.devices
    ]
    assert "not_used" not in {each.value for each in verdicts}
    if "used" not in {each.value for each in verdicts}:
        lacks(f"NVML cannot tell here: {verdicts[0].evidence}")


def test_no_alarm_on_a_machine_that_works(smoked: dict[str, Any]) -> None:
    """What computes right gets no error."""
    assert [f for f in smoked["findings"] if f["severity"] == "error"] == []


def test_a_snapshot_gives_the_same_findings(smoked: dict[str, Any], facts: Facts) -> None:
    """Saved and judged again, also elsewhere."""
    again = from_json(msgspec.json.encode(facts, enc_hook=versions.encode))
    found = [finding.rule for finding in diagnose(again, Tables()).findings]
    assert found == [finding["rule"] for finding in smoked["findings"]]


def test_a_mask_hides_the_gpu(smoked: dict[str, Any], tmp_path: Path) -> None:
    """With CUDA_VISIBLE_DEVICES="" nothing is computed, and the mask is named as the cause."""
    assert smoked
    arguments = ("doctor", "--python", PYTHON, "--format", "json", "--no-import")
    seen = gpucheck(*arguments, folder=tmp_path, CUDA_VISIBLE_DEVICES="")
    assert seen.exit_code == ExitCode.FINDINGS
    assert "GPU510" in {finding["rule"] for finding in seen.report["findings"]}


def test_nothing_stays_on_the_gpu(smoked: dict[str, Any], tmp_path: Path) -> None:
    """After the tests no more memory is held than before them."""
    before = smoked["facts"]["driver"]["value"]["gpus"]
    seen = gpucheck("facts", "--no-import", folder=tmp_path)
    after = msgspec.json.decode(seen.stdout)["driver"]["value"]["gpus"]
    for old, new in zip(before, after, strict=True):
        assert new["memory_used_bytes"] <= old["memory_used_bytes"] + (64 << 20)
