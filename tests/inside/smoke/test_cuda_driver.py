"""The smoke test that needs no framework, on a fake libcuda that really computes.

It runs in a child, as in a collection, under this Python and any other found on the machine.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import gpucheck
from fake_nvml import Faults, gpu, gpu_uuid, install, scenario
from gpucheck import versions
from gpucheck.child import Family, Job, Result
from gpucheck.compatibility.smoke import is_right
from gpucheck.facts import SmokeDevice, SmokeTest
from gpucheck.tables import Tables
from inside.test_cuda_driver import PYTHONS, find_python

PROBE = Path(gpucheck.__file__).parent / "inside" / "smoke" / "cuda_driver.py"
CODES = [row for row in Tables().cuda_errors.rows if 0 < row.code < 10000]
GIB = 1 << 30

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

Smoke = Callable[..., tuple[Result, SmokeTest]]


@pytest.fixture
def smoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Smoke:
    """Return a function that plays a scenario and returns what the test made of it."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def run(
        text: str,
        *,
        device: str = "all",
        level: str = "quick",
        dtypes: str = "",
        turn: str = "",
        python: str = sys.executable,
        timeout_s: float = 60,
        **variant: Any,
    ) -> tuple[Result, SmokeTest]:
        for name, value in install(tmp_path, text, **variant).items():
            monkeypatch.setenv(name, value)
        arguments = (device, level, dtypes, "20", turn, "")
        result = Family().run(Job("cuda_driver", (python,), PROBE, timeout_s, arguments))
        assert set(result.facts) <= set(SmokeTest.__struct_fields__)
        for each in result.facts.get("devices", ()):
            assert set(each) <= set(SmokeDevice.__struct_fields__)
        told = {"name": "cuda_driver", **result.facts}
        return result, msgspec.convert(told, SmokeTest, dec_hook=versions.decode)

    return run


def only(test: SmokeTest) -> SmokeDevice:
    """Return the one device of a test."""
    (device,) = test.devices
    return device


@pytest.mark.parametrize("release", PYTHONS)
def test_right_under_every_python(smoke: Smoke, release: str) -> None:
    """The product is right, and what is measured is there."""
    python = find_python(release)
    if python is None:
        pytest.skip(f"no Python {release} on PATH or in pyenv")
    result, test = smoke(scenario(), python=python)
    assert result.outcome == "ok", result.output_tail
    device = only(test)
    assert (device.ordinal, device.name, device.uuid) == (
        0,
        "NVIDIA GeForce RTX 4090",
        gpu_uuid(0),
    )
    (product,) = device.products
    assert is_right(product)
    assert 0 < (product.relative_error or 0) < 1e-5
    assert product.is_library is False
    assert {copy.kind for copy in device.copies} == {
        "host_to_device_pageable",
        "host_to_device_pinned",
        "device_to_host_pageable",
        "device_to_host_pinned",
        "device_to_device",
    }
    assert all(c.bytes_per_s == pytest.approx(c.size_bytes / c.seconds) for c in device.copies)
    assert (device.launch_s or 0) > 0
    assert (test.release, device.unavailable, device.error) == ("12.4", {}, None)
    assert (device.began_at or 0) < (device.ended_at or 0)


def test_fp64_on_request(smoke: Smoke) -> None:
    """Its bound is that of fp64; what the test does not offer is left out with the reason."""
    _, test = smoke(scenario(), dtypes="bf16,fp64")
    (product,) = only(test).products
    assert (product.dtype, is_right(product)) == ("fp64", True)
    assert (product.relative_error or 0) < 1e-12
    assert "bf16" in only(test).unavailable


def test_a_wrong_result_is_told(smoke: Smoke) -> None:
    """A thousandth too large is beyond rounding; the test itself judges nothing."""
    result, test = smoke(scenario(gpus=[gpu("RTX 4090", product_factor=1.001)]))
    (product,) = only(test).products
    assert result.outcome == "ok"
    assert product.relative_error == pytest.approx(0.001, rel=0.01)
    assert not is_right(product)


def test_what_is_not_written_is_told(smoke: Smoke) -> None:
    """The output is full of NaN before, so one element that stays is seen."""
    _, test = smoke(scenario(gpus=[gpu("RTX 4090", unwritten_elements=1)]))
    (product,) = only(test).products
    assert (product.is_written, is_right(product)) == (False, False)


@pytest.mark.parametrize("dtype", ["fp32", "fp64"])
def test_a_result_beyond_all_numbers_is_told(smoke: Smoke, dtype: str) -> None:
    """It is infinite, or its square is: there is no relative error, and nothing else is lost."""
    text = scenario(gpus=[gpu("RTX 4090", product_factor=1e300)])
    result, test = smoke(text, dtypes=dtype)
    (product,) = only(test).products
    assert (result.outcome, only(test).error) == ("ok", None)
    assert (product.relative_error, product.is_written) == (None, True)
    assert not is_right(product)


@pytest.mark.parametrize("code", CODES, ids=lambda row: str(row.code))
def test_every_error_code_is_told(smoke: Smoke, code: Any) -> None:
    """With the call that returned it, and the name where libcuda has one."""
    result, test = smoke(scenario(errors={"cuLaunchKernel": code.code}))
    error = only(test).error
    assert result.outcome == "ok"
    assert error is not None
    assert (error.stage, error.code) == ("cuLaunchKernel", code.code)
    assert error.name is None or error.name.startswith("CUDA_ERROR_")
    assert error.message


@pytest.mark.parametrize(
    "call", ["cuCtxCreate_v2", "cuModuleLoadDataEx", "cuMemAlloc_v2", "cuCtxSynchronize"]
)
def test_the_call_that_failed_is_named(smoke: Smoke, call: str) -> None:
    """Whatever part of the way it is."""
    _, test = smoke(scenario(errors={call: 719}))
    error = only(test).error
    assert error is not None
    assert (error.stage, error.code, error.name) == (call, 719, "CUDA_ERROR_LAUNCH_FAILED")


def test_the_compiler_s_words_are_kept(smoke: Smoke) -> None:
    """Why the driver refuses PTX is in its log."""
    words = "ptxas fatal: the compiler's own words"
    _, test = smoke(scenario(gpus=[gpu("RTX 4090", ptx_refusal=words)]))
    error = only(test).error
    assert error is not None
    assert (error.stage, error.code) == ("cuModuleLoadDataEx", 218)
    assert words in error.message


def test_cuda_does_not_start(smoke: Smoke) -> None:
    """There is no device to speak of, so the test itself has the error."""
    _, test = smoke(scenario(errors={"cuInit": 802}))
    assert test.error is not None
    assert (test.error.stage, test.error.code) == ("cuInit", 802)
    assert test.error.name == "CUDA_ERROR_SYSTEM_NOT_READY"
    assert test.devices == ()


def test_there_is_no_libcuda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader's words say so."""
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    arguments = ("all", "quick", "", "3", "", "")
    result = Family().run(Job("cuda_driver", (sys.executable,), PROBE, 30, arguments))
    if result.facts.get("devices"):
        pytest.skip("this machine has a real libcuda")
    assert result.facts["error"]["stage"] == "dlopen libcuda.so.1"
    assert "libcuda" in result.facts["error"]["message"]


def test_one_gpu_fails_and_the_other_is_tested(smoke: Smoke) -> None:
    """Each has its own error, or none."""
    broken = gpu("RTX 4090", faults=Faults(errors={"cuLaunchKernel": 719}))
    _, test = smoke(scenario(gpus=[broken, gpu("RTX 4090")]))
    first, second = test.devices
    assert first.error is not None
    assert second.error is None
    assert is_right(second.products[0])


def test_only_the_device_that_was_asked_for(smoke: Smoke) -> None:
    """By CUDA's own number; one that is not there is refused."""
    text = scenario(gpus=[gpu("RTX 4090"), gpu("RTX 4090")])
    _, test = smoke(text, device="1")
    assert only(test).ordinal == 1
    result, _ = smoke(text, device="2")
    assert (result.outcome, result.reason) == (
        "refused",
        "cuda_driver sees no GPU 2, only 2",
    )


def test_gpus_reach_each_other_at_level_full(smoke: Smoke) -> None:
    """Each copies to the other, and the bytes arrive."""
    _, test = smoke(scenario(gpus=[gpu("RTX 4090"), gpu("RTX 4090")]), level="full")
    peers = [[c.peer_ordinal for c in d.copies if c.kind == "peer"] for d in test.devices]
    assert peers == [[1], [0]]
    assert all(0 <= (device.overlap or 0) <= 1 for device in test.devices)
    assert all(device.overlap is not None for device in test.devices)


def test_bytes_that_arrive_changed_are_an_error(smoke: Smoke) -> None:
    """A broken way between two GPUs spoils training silently."""
    gpus = [gpu("RTX 4090", is_peer_broken=1), gpu("RTX 4090")]
    _, test = smoke(scenario(gpus=gpus), level="full")
    assert "arrived changed" in str(test.devices[0].error)
    assert test.devices[1].error is None


def test_too_little_memory(smoke: Smoke) -> None:
    """Nothing is computed, and the reason is told."""
    full = gpu("RTX 4090", memory_used_bytes=24 * GIB - (100 << 20))
    _, test = smoke(scenario(gpus=[full]))
    assert only(test).products == ()
    assert "too little free memory" in only(test).unavailable["memory"]


def test_what_an_old_libcuda_lacks_costs_its_part(smoke: Smoke) -> None:
    """Here the copies that do not wait."""
    result, test = smoke(scenario(), level="full", cuda_missing=("cuMemcpyHtoDAsync_v2",))
    assert result.outcome == "ok"
    assert is_right(only(test).products[0])
    assert set(only(test).unavailable) == {"overlap"}


def test_without_pinned_memory_the_other_copies_are_measured(smoke: Smoke) -> None:
    """WSL may refuse it."""
    _, test = smoke(scenario(errors={"cuMemAllocHost_v2": 801}))
    assert set(only(test).unavailable) == {"pinned_copies"}
    assert {copy.kind for copy in only(test).copies} == {
        "host_to_device_pageable",
        "device_to_host_pageable",
        "device_to_device",
    }
    assert only(test).error is None


def test_an_error_that_lasts_ends_the_test_of_the_device(smoke: Smoke) -> None:
    """The empty kernel breaks the context: the first call that failed is told, not the last."""
    lasting = {"cuLaunchKernel": 719, "cuCtxSynchronize": 719, "cuCtxDestroy_v2": 719}
    launches_of_the_product, waits = 52, 1
    after = {"cuLaunchKernel": launches_of_the_product, "cuCtxSynchronize": waits}
    result, test = smoke(scenario(errors=lasting, after=after))
    error = only(test).error
    assert result.outcome == "ok"
    assert error is not None
    assert (error.stage, error.code) == ("cuLaunchKernel", 719)
    assert is_right(only(test).products[0])
    assert (only(test).copies, only(test).unavailable) == ((), {})


def test_a_gpu_out_of_reach_costs_its_copy_alone(smoke: Smoke) -> None:
    """The copy to the third GPU is measured."""
    taken = gpu("RTX 4090", faults=Faults(errors={"cuCtxCreate_v2": 46}))
    gpus = [gpu("RTX 4090"), taken, gpu("RTX 4090")]
    _, test = smoke(scenario(gpus=gpus), device="0", level="full")
    assert [c.peer_ordinal for c in only(test).copies if c.kind == "peer"] == [2]
    assert set(only(test).unavailable) == {"peer 1"}
    assert only(test).error is None


def test_a_full_gpu_is_asked_for_a_part_of_what_is_free(smoke: Smoke) -> None:
    """Other programs compute there."""
    used = 24 * GIB - (8 << 20)
    full = gpu("RTX 4090", memory_total_bytes=24 * GIB, memory_used_bytes=used)
    _, test = smoke(scenario(gpus=[gpu("RTX 4090"), full]), device="0", level="full")
    (peer,) = (copy for copy in only(test).copies if copy.kind == "peer")
    assert peer.size_bytes == 2 << 20


@pytest.mark.parametrize(("fault", "outcome"), [("hang", "timed_out"), ("segfault", "crashed")])
def test_a_hang_and_a_crash_are_blamed_on_the_call(smoke: Smoke, fault: str, outcome: str) -> None:
    """What was told before is kept."""
    faults: dict[str, Any] = {fault: ("cuCtxSynchronize",)}
    result, test = smoke(scenario(**faults), timeout_s=3)
    assert (result.outcome, result.stage) == (outcome, "cuCtxSynchronize")
    assert only(test).name == "NVIDIA GeForce RTX 4090"


def test_it_waits_for_its_turn(smoke: Smoke, tmp_path: Path) -> None:
    """CUDA is started before; nothing is computed until the file is there."""
    turn = tmp_path / "turn"
    result, test = smoke(scenario(), turn=str(turn), timeout_s=1)
    assert (result.outcome, result.stage) == ("timed_out", "wait for the other tests")
    assert test.devices == ()
    threading.Timer(0.2, turn.touch).start()
    result, test = smoke(scenario(), turn=str(turn))
    assert (result.outcome, len(test.devices)) == ("ok", 1)


def test_it_has_no_cpu(smoke: Smoke) -> None:
    """There is nothing of the driver to test there."""
    result, _ = smoke(scenario(), device="cpu")
    assert (result.outcome, result.reason) == ("refused", "it tests the CUDA driver only")


def test_no_compiled_kernel_is_left_behind(smoke: Smoke, tmp_path: Path) -> None:
    """The driver would keep it in the home folder."""
    names = (PROBE.parent.parent / "smoke" / "cuda_driver.py").read_text("utf-8")
    assert 'os.environ["CUDA_CACHE_DISABLE"] = "1"' in names
    assert smoke(scenario())[0].outcome == "ok"
    assert not list(tmp_path.glob(".nv*"))
