"""The libcuda probe reports what CUDA shows, and what it said before it broke.

It runs on the fake libcuda, in a child, under this Python and any other found on the machine.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import gpucheck
from fake_nvml import Faults, gpu, gpu_uuid, install, mig, mig_uuid, scenario
from gpucheck import versions
from gpucheck.child import Family, Job, Result
from gpucheck.facts import ApiError, CudaDevice, CudaDriver

PROBE = Path(gpucheck.__file__).parent / "inside" / "probes" / "cuda_driver.py"
PYTHONS = ("2.7", "3.6", "3.8", "3.11", "3.13", "3.15")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

Ask = Callable[..., tuple[Result, CudaDriver]]


def find_python(release: str) -> str | None:
    """Return an interpreter of that release: on PATH, or one that pyenv made."""
    on_path = shutil.which(f"python{release}")
    if on_path is not None and "shims" not in Path(on_path).parts:
        return on_path
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return next(map(str, root.glob(f"versions/{release}.*/bin/python")), None)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a function that plays a scenario and returns what the probe made of it."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("CUDA_DEVICE_ORDER", raising=False)

    def run(
        text: str, *, python: str = sys.executable, timeout_s: float = 30, **variant: Any
    ) -> tuple[Result, CudaDriver]:
        for name, value in install(tmp_path, text, **variant).items():
            monkeypatch.setenv(name, value)
        result = Family().run(Job("cuda_driver", (python,), PROBE, timeout_s))
        assert set(result.facts) <= set(CudaDriver.__struct_fields__)
        for device in result.facts.get("devices", ()):
            assert set(device) <= set(CudaDevice.__struct_fields__)
        return result, msgspec.convert(result.facts, CudaDriver, dec_hook=versions.decode)

    return run


@pytest.mark.parametrize("release", PYTHONS)
def test_devices_under_every_python(ask: Ask, release: str, tmp_path: Path) -> None:
    """Any Python from 2.7 on tells the same: the library, its CUDA and all of each device."""
    python = find_python(release)
    if python is None:
        pytest.skip(f"no Python {release} here")
    gpus = [
        gpu("H100", name="NVIDIA H100 80GB HBM3", memory_total_bytes=85_520_809_984),
        gpu("V100", name="Tesla V100-SXM2-16GB", memory_total_bytes=17_179_869_184),
    ]
    result, driver = ask(scenario(cuda="12.4", gpus=gpus), python=python)
    assert (result.outcome, result.reason) == ("ok", None)
    assert driver == CudaDriver(
        library_path=str(tmp_path.resolve() / "libcuda.so.1"),
        driver_cuda=versions.DriverCuda.parse("12.4"),
        devices=(
            CudaDevice(
                ordinal=0,
                name="NVIDIA H100 80GB HBM3",
                uuid=gpu_uuid(0),
                pci_address="0000:10:00.0",
                compute_capability=versions.ComputeCapability.parse("9.0"),
                memory_total_bytes=85_520_809_984,
            ),
            CudaDevice(
                ordinal=1,
                name="Tesla V100-SXM2-16GB",
                uuid=gpu_uuid(1),
                pci_address="0000:11:00.0",
                compute_capability=versions.ComputeCapability.parse("7.0"),
                memory_total_bytes=17_179_869_184,
            ),
        ),
    )


# ---- what CUDA shows ----


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("1", [gpu_uuid(1)]),
        ("2,0", [gpu_uuid(2), gpu_uuid(0)]),
        (gpu_uuid(2)[:12], [gpu_uuid(2)]),
        ("0,7,1", [gpu_uuid(0)]),
    ],
)
def test_visible_devices(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, mask: str, expected: list[str]
) -> None:
    """CUDA_VISIBLE_DEVICES picks and orders the devices, numbered from 0."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", mask)
    _, driver = ask(scenario(gpus=[gpu("A100")] * 3))
    assert driver.devices is not None
    assert [device.uuid for device in driver.devices] == expected
    assert [device.ordinal for device in driver.devices] == list(range(len(expected)))


@pytest.mark.parametrize("mask", ["", "-1", "9"])
def test_mask_that_hides_all(ask: Ask, monkeypatch: pytest.MonkeyPatch, mask: str) -> None:
    """A mask that leaves nothing makes cuInit say so, which is no failure of the probe."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", mask)
    result, driver = ask(scenario())
    assert result.outcome == "ok"
    assert driver.init_error is not None
    assert driver.init_error.name == "CUDA_ERROR_NO_DEVICE"


def test_mig_device_has_its_own_uuid(ask: Ask) -> None:
    """A MIG device goes by the UUID that NVML gives it."""
    _, driver = ask(scenario(gpus=[gpu("A100", mig=(mig("1g.10gb"),))]))
    assert driver.devices is not None
    assert driver.devices[0].uuid == mig_uuid(0, 0)


def test_mig_device_on_an_older_driver(ask: Ask) -> None:
    """Before version 2 of the call, libcuda tells the UUID of the GPU below the MIG device."""
    _, driver = ask(
        scenario(gpus=[gpu("A100", mig=(mig("1g.10gb"),))]), cuda_missing=("cuDeviceGetUuid_v2",)
    )
    assert driver.devices is not None
    assert driver.devices[0].uuid == gpu_uuid(0)


# ---- CUDA does not start ----


def test_missing_library(ask: Ask) -> None:
    """Without libcuda the loader's words are reported."""
    result, driver = ask(scenario(), with_cuda=False)
    if driver.library_path is not None:
        pytest.skip("this machine has an NVIDIA driver")
    assert result.outcome == "ok"
    assert str(driver.load_error).startswith("libcuda.so.1: cannot open")
    assert (driver.driver_cuda, driver.devices, driver.init_error) == (None, None, None)


@pytest.mark.parametrize("release", PYTHONS)
def test_damaged_library(ask: Ask, tmp_path: Path, release: str) -> None:
    """A damaged library file is told from a missing one, under any Python."""
    python = find_python(release)
    if python is None:
        pytest.skip(f"no Python {release} here")
    (tmp_path / "libcuda.so.1").write_bytes(b"not an ELF file")
    result, driver = ask(scenario(), python=python, with_cuda=False)
    assert result.outcome == "ok"
    assert str(tmp_path) in str(driver.load_error)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (34, "CUDA_ERROR_STUB_LIBRARY"),
        (100, "CUDA_ERROR_NO_DEVICE"),
        (802, "CUDA_ERROR_SYSTEM_NOT_READY"),
        (803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
        (804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"),
        (999, "CUDA_ERROR_UNKNOWN"),
    ],
)
def test_init_error(ask: Ask, code: int, name: str) -> None:
    """What cuInit returned is reported with libcuda's words; its CUDA version is still known."""
    result, driver = ask(scenario(cuda="12.4", errors={"cuInit": code}))
    assert result.outcome == "ok"
    assert driver.init_error is not None
    assert (driver.init_error.call, driver.init_error.code) == ("cuInit", code)
    assert driver.init_error.name == name
    assert driver.init_error.message
    assert str(driver.driver_cuda) == "12.4"
    assert driver.devices is None


def test_error_without_a_name(ask: Ask) -> None:
    """A libcuda that cannot name its error, as one before CUDA 6, still gives the code."""
    _, driver = ask(
        scenario(errors={"cuInit": 803}), cuda_missing=("cuGetErrorName", "cuGetErrorString")
    )
    assert driver.init_error == ApiError(call="cuInit", code=803)


def test_stub_library(ask: Ask) -> None:
    """A stub answers every call with the same error, also the question for its name."""
    result, driver = ask(scenario(errors={"cu*": 34}))
    assert result.outcome == "ok"
    assert driver.init_error == ApiError(call="cuInit", code=34)
    assert driver.unavailable == {"driver_cuda": "error 34"}


# ---- calls that fail ----


def test_refused_call_costs_one_fact(ask: Ask) -> None:
    """A device's refusal is recorded, and its other facts follow."""
    faults = Faults(errors={"cuDeviceGetName": 999})
    _, driver = ask(scenario(gpus=[gpu("A100", faults=faults), gpu("A100")]))
    assert driver.devices is not None
    first, second = driver.devices
    assert (first.name, first.unavailable) == (None, {"name": "CUDA_ERROR_UNKNOWN"})
    assert first.uuid == gpu_uuid(0)
    assert second.name == "NVIDIA A100-SXM4-80GB"


def test_missing_function_costs_one_fact(ask: Ask) -> None:
    """A function that an old libcuda lacks is named."""
    _, driver = ask(scenario(), cuda_missing=("cuDeviceGetPCIBusId",))
    assert driver.devices is not None
    assert driver.devices[0].unavailable == {"pci_address": "libcuda has no cuDeviceGetPCIBusId"}


def test_devices_cannot_be_counted(ask: Ask) -> None:
    """Without a count the devices are unknown."""
    _, driver = ask(scenario(errors={"cuDeviceGetCount": 999}))
    assert (driver.devices, driver.unavailable) == (None, {"devices": "CUDA_ERROR_UNKNOWN"})


@pytest.mark.parametrize(("fault", "outcome"), [("segfault", "crashed"), ("hang", "timed_out")])
def test_crash_and_hang_keep_what_was_known(ask: Ask, fault: str, outcome: str) -> None:
    """What libcuda said before it crashed or hung is in the report, and the call is blamed."""
    text = scenario(cuda="12.4", **{fault: ("cuInit",)})  # type: ignore[arg-type]
    result, driver = ask(text, timeout_s=3)
    assert (result.outcome, result.stage) == (outcome, "cuInit")
    assert str(driver.driver_cuda) == "12.4"
    assert driver.library_path is not None


def test_device_crash_keeps_the_device_before(ask: Ask) -> None:
    """A device that kills the process is blamed by its ordinal."""
    faults = Faults(segfault=("cuDeviceTotalMem_v2",))
    result, driver = ask(scenario(gpus=[gpu("A100"), gpu("A100", faults=faults)]))
    assert driver.devices is not None
    assert (result.signal, result.stage) == ("SIGSEGV", "cuDeviceTotalMem_v2[1]")
    assert [device.uuid for device in driver.devices] == [gpu_uuid(0), gpu_uuid(1)]
