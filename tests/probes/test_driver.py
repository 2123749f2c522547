"""The driver probe reports what NVML says, and what it said before it broke.

The real pynvml runs on the fake libnvidia-ml, in a child, as in a real collection.
"""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pynvml
import pytest

import gpucheck
from fake_nvml import Faults, gpu, gpu_uuid, install, mig, mig_uuid, scenario
from fake_nvml.build import functions
from gpucheck import facts, versions
from gpucheck.child import Family, Job, Result
from gpucheck.facts import ApiError, Driver, GpuPair, GpuProcess, NvLink

PROBES = Path(gpucheck.__file__).parent / "probes"
PYNVML_FOLDER = str(Path(pynvml.__file__).parent)
TABLE = runpy.run_path(str(PROBES / "reading" / "nvml_questions.py"))

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

Ask = Callable[..., tuple[Result, Driver]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a function that plays a scenario and returns what the probe made of it."""

    def run(text: str, *, timeout_s: float = 30, **variant: Any) -> tuple[Result, Driver]:
        for name, value in install(tmp_path, text, **variant).items():
            monkeypatch.setenv(name, value)
        python = (sys.executable, "-I", "-S")
        result = Family().run(
            Job("driver", python, PROBES / "driver.py", timeout_s, (PYNVML_FOLDER,))
        )
        driver = msgspec.convert(result.facts, Driver, dec_hook=versions.decode)
        assert_all_fields_exist(result.facts, driver)
        return result, driver

    return run


def assert_all_fields_exist(reported: Any, record: Any) -> None:
    """Fail for a reported field that no record has: converting drops it silently."""
    if isinstance(record, msgspec.Struct):
        for field, value in reported.items():
            assert field in record.__struct_fields__
            assert_all_fields_exist(value, getattr(record, field))
    elif isinstance(record, tuple):
        for value, member in zip(reported, record, strict=True):
            assert_all_fields_exist(value, member)


def only_gpu(driver: Driver) -> facts.Gpu:
    """Return the one GPU of a report."""
    assert driver.gpus is not None
    (single,) = driver.gpus
    return single


# ---- a healthy machine ----


def test_healthy_driver(ask: Ask) -> None:
    """Releases, the library and all that a healthy GPU tells are reported, in our units."""
    result, driver = ask(
        scenario(
            driver="550.54.15",
            cuda="12.4",
            gpus=[
                gpu(
                    "H100",
                    clock_sm_mhz=1980,
                    power_w=123.456,
                    power_limit_w=700,
                    temperature_gpu_c=41,
                    compute_mode=3,
                )
            ],
        )
    )
    assert result.outcome == "ok"
    assert str(driver.driver_release) == "550.54.15"
    assert driver.driver_cuda == versions.DriverCuda.parse("12.4")
    assert driver.nvml_release == "12.550.54.15"
    assert driver.library_path is not None
    assert driver.library_path.endswith("/libnvidia-ml.so.1")
    assert (driver.init_error, driver.pairs, driver.unavailable) == (None, None, {})
    one = only_gpu(driver)
    assert one.name == "NVIDIA H100 80GB HBM3"
    assert one.uuid == gpu_uuid(0)
    assert one.pci_address == "00000000:10:00.0"
    assert one.pci_device_id == "2330"
    assert one.architecture == "hopper"
    assert one.compute_capability == versions.ComputeCapability.parse("9.0")
    assert one.clock_sm_hz == 1_980_000_000
    assert one.power_w == pytest.approx(123.456)
    assert one.power_limit_w == 700
    assert one.temperature_c == 41
    assert one.compute_mode == "exclusive_process"
    assert one.processes == ()


def test_machine_without_gpus(ask: Ask) -> None:
    """No GPU is an empty list, which is not the same as not knowing."""
    result, driver = ask(scenario(gpus=[]))
    assert (result.outcome, driver.gpus) == ("ok", ())


def test_names_need_not_be_utf8(ask: Ask) -> None:
    """A name with broken UTF-8 is reported with replacement characters."""
    _, driver = ask(scenario(gpus=[gpu("A100", name="NVIDIA \udcff\udcfe")]))
    assert only_gpu(driver).name == "NVIDIA \ufffd\ufffd"


def test_memory_counts_what_is_reserved_apart(ask: Ask) -> None:
    """With version 2 of the memory call, reserved memory is not used memory."""
    sizes = {"memory_total_bytes": 1000, "memory_used_bytes": 300, "memory_reserved_bytes": 50}
    one = only_gpu(ask(scenario(gpus=[gpu("A100", more=sizes)]))[1])
    assert (one.memory_used_bytes, one.memory_reserved_bytes) == (300, 50)
    assert one.memory_semantics == "v2"


def test_throttle_reasons_are_named(ask: Ask) -> None:
    """Bits become names in bit order; a bit of the future stays a number."""
    _, driver = ask(scenario(gpus=[gpu("A100", clocks_event_reasons=0x4 | 0x40 | 0x8000)]))
    assert only_gpu(driver).throttle_reasons == ("sw_power_cap", "hw_thermal_slowdown", "0x8000")


def test_ecc_and_remapped_rows(ask: Ask) -> None:
    """Error counters since boot and over the GPU's life are told apart."""
    more = {"ecc.volatile.uncorrected": 1, "ecc.aggregate.uncorrected": 7}
    one = only_gpu(ask(scenario(gpus=[gpu("A100", more=more, remapped_rows="2 3 1 0")]))[1])
    assert one.is_ecc_enabled is True
    assert (one.ecc_uncorrected_count, one.ecc_uncorrected_total_count) == (1, 7)
    assert (one.remapped_rows_correctable, one.remapped_rows_uncorrectable) == (2, 3)
    assert (one.is_remap_pending, one.has_remap_failed) == (True, False)


def test_fabric_status_counts_only_when_registration_is_complete(ask: Ask) -> None:
    """A failed registration is named; one under way has no status yet."""
    _, driver = ask(
        scenario(gpus=[gpu("H100", fabric="3 999 0 0 0"), gpu("H100", fabric="2 0 0 0 0")])
    )
    assert driver.gpus is not None
    assert [(it.fabric_state, it.fabric_status) for it in driver.gpus] == [
        ("completed", "NVML_ERROR_UNKNOWN"),
        ("in_progress", None),
    ]


@pytest.mark.parametrize(
    ("mode", "state", "expected"), [(2, 1, "licensed"), (2, 0, "unlicensed"), (0, 0, None)]
)
def test_vgpu_license(ask: Ask, mode: int, state: int, expected: str | None) -> None:
    """A vGPU says whether it is licensed; bare metal is not asked."""
    one = gpu("A100", virtualization_mode=mode, vgpu_license=f"4 {state} 1")
    assert only_gpu(ask(scenario(gpus=[one]))[1]).vgpu_license_state == expected


# ---- what a GPU has several of ----


def test_mig_instances(ask: Ask) -> None:
    """MIG instances are listed with the UUID that CUDA_VISIBLE_DEVICES takes."""
    parts = (mig("1g.10gb"), mig("2g.20gb", gpu_instance_id=9))
    one = only_gpu(ask(scenario(gpus=[gpu("H100", mig=parts)]))[1])
    assert one.is_mig_enabled is True
    assert one.mig_instances is not None
    assert [part.uuid for part in one.mig_instances] == [mig_uuid(0, 0), mig_uuid(0, 1)]
    assert [part.gpu_instance_id for part in one.mig_instances] == [1, 9]
    assert one.mig_instances[0].name == "NVIDIA H100 80GB HBM3 MIG 1g.10gb"


def test_mig_mode_without_instances(ask: Ask) -> None:
    """MIG mode with nothing set up is an empty list."""
    _, driver = ask(scenario(gpus=[gpu("A100", mig_mode="1 1")]))
    assert only_gpu(driver).mig_instances == ()


def test_processes(ask: Ask) -> None:
    """Processes carry their kind, their memory where it is known, and whether they live."""
    beyond_pid_max = 4_194_305
    one = gpu("A100", compute=((os.getpid(), 1 << 30),), graphics=((beyond_pid_max, None),))
    assert only_gpu(ask(scenario(gpus=[one]))[1]).processes == (
        GpuProcess(pid=os.getpid(), memory_bytes=1 << 30, is_alive=True),
        GpuProcess(pid=beyond_pid_max, kind="graphics", is_alive=False),
    )


def test_processes_of_one_kind(ask: Ask) -> None:
    """Where one kind of process cannot be listed, the other kind is."""
    faults = Faults(errors={"nvmlDeviceGetGraphicsRunningProcesses*": 3})
    one = only_gpu(ask(scenario(gpus=[gpu("A100", compute=((1, None),), faults=faults)]))[1])
    assert one.processes == (GpuProcess(pid=1, is_alive=True),)
    assert one.unavailable["graphics_processes"] == "NVML_ERROR_NOT_SUPPORTED"


def test_nvlinks(ask: Ask) -> None:
    """NVLinks are listed up to the last; errors only where some were counted."""
    more = {"nvlink.count": 3, "nvlink.1.crc_flit_errors": 5, "nvlink.2.active": 0}
    one = only_gpu(ask(scenario(gpus=[gpu("A100", more=more)]))[1])
    switch = "00000000:05:00.0"
    assert one.nvlinks == (
        NvLink(link=0, is_active=True, remote_pci_address=switch),
        NvLink(link=1, is_active=True, remote_pci_address=switch, errors={"crc_flit": 5}),
        NvLink(link=2, is_active=False),
    )


def test_pairs(ask: Ask) -> None:
    """Any two GPUs are compared: what connects them, and whether they read each other."""
    machine = {"pair.topology": 30, "pair.0.1.topology": 50, "pair.0.1.p2p_read": 4}
    _, driver = ask(scenario(gpus=[gpu("RTX 4090")] * 3, machine=machine))
    apart = "chipset_not_supported"
    assert driver.pairs == (
        GpuPair(index_a=0, index_b=1, common_ancestor="system", p2p_read="disabled_by_regkey"),
        GpuPair(index_a=0, index_b=2, common_ancestor="hostbridge", p2p_read=apart),
        GpuPair(index_a=1, index_b=2, common_ancestor="hostbridge", p2p_read=apart),
    )


def test_too_many_gpus_to_compare(ask: Ask) -> None:
    """Beyond 16 GPUs pairs are left out, and the report says so."""
    _, driver = ask(scenario(gpus=[gpu("Tesla K80")] * 17))
    assert driver.gpus is not None
    assert len(driver.gpus) == 17
    assert (driver.pairs, driver.unavailable) == (
        None,
        {"pairs": "not asked of more than 16 GPUs"},
    )


# ---- NVML does not start ----


@pytest.mark.parametrize("code", [4, 9, 17, 18, 28, 999])
def test_init_error(ask: Ask, code: int) -> None:
    """An error of nvmlInit is reported by code and name; the probe still ends well."""
    result, driver = ask(scenario(errors={"nvmlInit_v2": code}))
    assert result.outcome == "ok"
    assert driver.init_error is not None
    assert (driver.init_error.call, driver.init_error.code) == ("nvmlInitWithFlags", code)
    assert getattr(pynvml, str(driver.init_error.name)) == code
    assert driver.init_error.message
    assert driver.library_path is not None
    assert driver.gpus is None


def test_driver_library_mismatch(ask: Ask) -> None:
    """The classic after an upgrade without a reboot is reported in full."""
    _, driver = ask(scenario(errors={"nvmlInit_v2": 18}))
    assert driver.init_error == ApiError(
        call="nvmlInitWithFlags",
        code=18,
        name="NVML_ERROR_LIB_RM_VERSION_MISMATCH",
        message="RM has detected an NVML/RM version mismatch.",
    )


def test_error_code_of_the_future(ask: Ask) -> None:
    """A code that pynvml has no name for is reported all the same."""
    _, driver = ask(scenario(errors={"nvmlInit_v2": 4711}))
    assert driver.init_error is not None
    assert (driver.init_error.code, driver.init_error.name) == (4711, "NVML error 4711")


def test_missing_library(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libnvidia-ml the loader's words are reported, and no path."""
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    result, driver = ask(scenario(), with_nvml=False)
    if driver.init_error is None:
        pytest.skip("this machine has an NVIDIA driver")
    assert result.outcome == "ok"
    assert (driver.init_error.code, driver.init_error.name) == (12, "NVML_ERROR_LIBRARY_NOT_FOUND")
    assert str(driver.init_error.message).startswith("libnvidia-ml.so.1: cannot open")
    assert driver.library_path is None


def test_damaged_library(ask: Ask, tmp_path: Path) -> None:
    """A damaged library file is told from a missing one by the loader's words."""
    (tmp_path / "libnvidia-ml.so.1").write_bytes(b"not an ELF file")
    _, driver = ask(scenario(), with_nvml=False)
    assert driver.init_error is not None
    assert driver.init_error.code == 12
    assert str(tmp_path) in str(driver.init_error.message)


def test_without_pynvml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pynvml the probe refuses and names the distribution to install."""
    for name, value in install(tmp_path, scenario()).items():
        monkeypatch.setenv(name, value)
    result = Family().run(Job("driver", (sys.executable, "-I", "-S"), PROBES / "driver.py", 30))
    assert result.outcome == "refused"
    assert "nvidia-ml-py" in str(result.reason)


# ---- calls that fail ----


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (3, "NVML_ERROR_NOT_SUPPORTED"),
        (4, "NVML_ERROR_NO_PERMISSION"),
        (14, "NVML_ERROR_CORRUPTED_INFOROM"),
        (16, "NVML_ERROR_RESET_REQUIRED"),
        (999, "NVML_ERROR_UNKNOWN"),
    ],
)
def test_refused_call_costs_one_fact(ask: Ask, code: int, name: str) -> None:
    """A refusal is recorded with NVML's name for it, and the next facts follow."""
    result, driver = ask(scenario(errors={"nvmlDeviceGetPowerUsage": code}))
    one = only_gpu(driver)
    assert result.outcome == "ok"
    assert (one.power_w, one.unavailable["power_w"]) == (None, name)
    assert one.power_limit_w is not None


def test_every_call_may_fail(ask: Ask) -> None:
    """With every call of every GPU refused, the report still has its GPUs."""
    faults = Faults(errors={"nvmlDevice*": 999})
    result, driver = ask(scenario(gpus=[gpu("H100", faults=faults)] * 2))
    assert result.outcome == "ok"
    assert driver.gpus is not None
    assert [it.unavailable for it in driver.gpus] == [{"handle": "NVML_ERROR_UNKNOWN"}] * 2


def test_gpus_cannot_be_counted(ask: Ask) -> None:
    """Without a count the GPUs are unknown, and the driver's own facts stay."""
    _, driver = ask(scenario(errors={"nvmlDeviceGetCount_v2": 999}))
    assert driver.driver_release is not None
    assert (driver.gpus, driver.unavailable) == (None, {"gpus": "NVML_ERROR_UNKNOWN"})


def test_answer_that_makes_no_sense(ask: Ask) -> None:
    """A release or an enumerator that nobody knows costs that fact."""
    _, driver = ask(scenario(driver="n/a", gpus=[gpu("A100", compute_mode=77, architecture=98)]))
    one = only_gpu(driver)
    assert (driver.driver_release, one.compute_mode, one.architecture) == (None, None, None)
    assert driver.unavailable["driver_release"].startswith("unreadable answer")
    assert one.unavailable["compute_mode"].startswith("unreadable answer")


@pytest.mark.parametrize("missing", [("nvmlDeviceGetMemoryInfo_v2",), ("nvml*_v[23]",)])
def test_old_driver_lacks_symbols(ask: Ask, missing: tuple[str, ...]) -> None:
    """On a driver without the newer functions the older ones are asked."""
    kept = "nvmlDeviceGetCount_v2", "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetPciInfo_v3"
    hidden = tuple(
        name
        for pattern in missing
        for name in sorted(functions("nvml.c"))
        if Path(name).match(pattern) and name not in kept
    )
    sizes = {"memory_total_bytes": 1000, "memory_used_bytes": 300, "memory_reserved_bytes": 50}
    result, driver = ask(scenario(gpus=[gpu("V100", more=sizes)]), nvml_missing=hidden)
    one = only_gpu(driver)
    assert result.outcome == "ok"
    assert str(driver.driver_cuda) == "12.4"
    assert (one.memory_semantics, one.memory_used_bytes) == ("v1", 350)
    assert one.memory_reserved_bytes is None


def test_driver_before_init_with_flags(ask: Ask) -> None:
    """A driver of branch 390 has only nvmlInit_v2, which pynvml does not call."""
    _, driver = ask(scenario(), nvml_missing=("nvmlInitWithFlags",))
    assert driver.init_error is None
    assert only_gpu(driver).name is not None


def test_missing_symbol_is_named(ask: Ask) -> None:
    """A function without an older one is reported as missing; throttling has an older one."""
    _, driver = ask(
        scenario(gpus=[gpu("A100")]),
        nvml_missing=("nvmlDeviceGetArchitecture", "nvmlDeviceGetCurrentClocksEventReasons"),
    )
    one = only_gpu(driver)
    assert one.unavailable["architecture"] == "NVML_ERROR_FUNCTION_NOT_FOUND"
    assert one.throttle_reasons == ("gpu_idle",)


# ---- the driver breaks while it is asked ----


def test_lost_gpu_leaves_the_other_and_the_facts_before(ask: Ask) -> None:
    """A GPU that is lost midway is asked no more; what it said before stays."""
    result, driver = ask(scenario(gpus=[gpu("A100")] * 2, lost={0: 12}))
    assert driver.gpus is not None
    lost, healthy = driver.gpus
    assert result.outcome == "ok"
    assert lost.name == "NVIDIA A100-SXM4-80GB"
    assert lost.memory_total_bytes is not None
    assert lost.unavailable["power_w"] == "NVML_ERROR_GPU_IS_LOST"
    assert (healthy.power_w, healthy.unavailable.get("power_w")) == (20.0, None)
    assert driver.pairs is None


def test_lost_gpu_is_asked_no_more(ask: Ask) -> None:
    """After the first sign of its loss a GPU is left alone: further calls may hang or crash."""
    errors = {"nvmlDeviceGetMemoryInfo_v2": 15}
    faults = Faults(errors=errors, segfault=("nvmlDeviceGetPowerUsage",))
    result, driver = ask(scenario(gpus=[gpu("A100", faults=faults)]))
    assert result.outcome == "ok"
    assert only_gpu(driver).unavailable["power_w"] == "NVML_ERROR_GPU_IS_LOST"


def test_gpu_lost_from_the_start(ask: Ask) -> None:
    """A GPU that gives no handle keeps its place in NVML's order."""
    _, driver = ask(scenario(gpus=[gpu("A100")] * 2, lost={0: 0}))
    assert driver.gpus is not None
    assert driver.gpus[0].unavailable == {"handle": "NVML_ERROR_GPU_IS_LOST"}
    assert driver.gpus[1].uuid == gpu_uuid(1)


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults(segfault=("nvmlDeviceGetSerial",)), "crashed"),
        (Faults(hang=("nvmlDeviceGetSerial",)), "timed_out"),
    ],
)
def test_crash_and_hang_keep_what_was_known(ask: Ask, faults: Faults, outcome: str) -> None:
    """What NVML said before it crashed or hung is in the report, and the call is blamed."""
    result, driver = ask(scenario(gpus=[gpu("A100"), gpu("A100", faults=faults)]), timeout_s=3)
    assert driver.gpus is not None
    assert (result.outcome, result.stage) == (outcome, "nvmlDeviceGetSerial[1]")
    assert str(driver.driver_release) == "550.54.15"
    assert [it.uuid for it in driver.gpus] == [gpu_uuid(0), gpu_uuid(1)]


def test_crash_while_one_gpu_is_examined_does_not_hide_the_next(ask: Ask) -> None:
    """All GPUs are identified before any is examined."""
    faults = Faults(segfault=("nvmlDeviceGetPowerUsage",))
    _, driver = ask(scenario(gpus=[gpu("A100", faults=faults), gpu("H100")]))
    assert driver.gpus is not None
    assert driver.gpus[1].name == "NVIDIA H100 80GB HBM3"


def test_crash_in_init(ask: Ask) -> None:
    """A driver that kills the process at once is blamed by the name of the call."""
    result, driver = ask(scenario(segfault=("nvmlInit*",)))
    assert (result.outcome, result.signal, result.stage) == (
        "crashed",
        "SIGSEGV",
        "nvmlInitWithFlags",
    )
    assert driver == Driver()


# ---- the table ----

ROWS = [
    row
    for name in ("LIBRARY", "SYSTEM", "IDENTITY", "STATE", "WINDOWS", "VGPU", "NVLINK", "PAIR")
    for row in TABLE[name]
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_calls_exist(row: tuple[str, str, tuple[int, ...], object]) -> None:
    """Every C function of the table is NVML's, and pynvml can call it."""
    for call in row[1].split():
        assert call in functions("nvml.c") or call == "nvmlDeviceGetTemperatureV"
        suffixless = call.rpartition("_v")[0]
        assert call in TABLE["ADAPTED"] or hasattr(pynvml, call) or hasattr(pynvml, suffixless)


@pytest.mark.parametrize("row", TABLE["IDENTITY"] + TABLE["STATE"] + TABLE["WINDOWS"])
def test_fields_exist(row: tuple[str, str, tuple[int, ...], object]) -> None:
    """Every field of the table is one of a GPU's."""
    assert row[0] in facts.Gpu.__struct_fields__


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("NVML_DEVICE_ARCH_", TABLE["ARCHITECTURES"]),
        ("NVML_COMPUTEMODE_", dict(enumerate(TABLE["COMPUTE_MODES"]))),
        ("NVML_GPU_FABRIC_STATE_", dict(enumerate(TABLE["FABRIC_STATES"]))),
        ("NVML_TOPOLOGY_", TABLE["COMMON_ANCESTORS"]),
        ("NVML_P2P_STATUS_", dict(enumerate(TABLE["P2P_STATES"]))),
    ],
)
def test_enumerators_are_nvmls(prefix: str, names: dict[int, str]) -> None:
    """Names and numbers of enumerators are those of pynvml, and so of nvml.h."""
    assert {getattr(pynvml, prefix + name.upper()): name for name in names.values()} == names


def test_throttle_reasons_are_nvmls() -> None:
    """The bits of throttle reasons are those of pynvml."""
    for bit, name in enumerate(TABLE["THROTTLE_REASONS"]):
        constant = "nvmlClocksThrottleReason" + name.title().replace("_", "")
        assert getattr(pynvml, constant) == 1 << bit
