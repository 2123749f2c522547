"""What NVML is asked, and how its answers read: the table behind the `driver` probe.

Each row is (field of the snapshot, C functions, arguments after the handle, reader); a new fact
is a new row. A dot in the field leads into a dictionary. Of several C functions, newest first
with blanks between, the first one counts that the installed driver has. Rows with the same
functions and arguments share one call. A reader turns the answer into the fact; None means that
there is nothing to say, and any of `UNREADABLE` that the answer makes no sense.

This file is opened by path (`say.load`), never imported, and itself imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Row = tuple[str, str, tuple[int, ...], Callable[[Any], object]]

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

# Numbers of nvml.h (API version 13, driver 615, 2026-10). They are NVML's binary interface, so
# they do not change; tests compare the names below with those of pynvml.
CORRECTED, UNCORRECTED = 0, 1  # nvmlMemoryErrorType_t
SINCE_BOOT, OVER_LIFE = 0, 1  # nvmlEccCounterType_t: "volatile" and "aggregate"
CLOCK_SM, CLOCK_MEMORY = 1, 2
CORE_TEMPERATURE, SLOWDOWN_TEMPERATURE = 0, 1
P2P_READ = 0
FABRIC_COMPLETED = 3

ARCHITECTURES = {
    2: "kepler",
    3: "maxwell",
    4: "pascal",
    5: "volta",
    6: "turing",
    7: "ampere",
    8: "ada",
    9: "hopper",
    10: "blackwell",
    11: "dla",
    12: "dla2",
    13: "rubin",
    15: "npu3",
}
COMPUTE_MODES = ("default", "exclusive_thread", "prohibited", "exclusive_process")
DRIVER_MODELS = ("WDDM", "TCC", "MCDM")  # nvml.h calls TCC by its old name, WDM
FABRIC_STATES = ("not_supported", "not_started", "in_progress", "completed")
COMMON_ANCESTORS = {
    0: "internal",
    10: "single",
    20: "multiple",
    30: "hostbridge",
    40: "node",
    50: "system",
}
P2P_STATES = (
    "ok",
    "chipset_not_supported",
    "gpu_not_supported",
    "ioh_topology_not_supported",
    "disabled_by_regkey",
    "not_supported",
    "unknown",
)
THROTTLE_REASONS = (  # of bit 0, bit 1, …
    "gpu_idle",
    "applications_clocks_setting",
    "sw_power_cap",
    "hw_slowdown",
    "sync_boost",
    "sw_thermal_slowdown",
    "hw_thermal_slowdown",
    "hw_power_brake_slowdown",
    "display_clock_setting",
    "board_limit",
    "reliability",
)


def text(answer: bytes | str) -> str:
    """Decode a name: old releases of pynvml return bytes, and hardware returns what it likes."""
    name = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    if not name:
        raise ValueError("empty text")
    return name


def driver_release(answer: bytes | str) -> str:
    """Return a dotted release such as 550.54.15."""
    release = text(answer)
    if not release.partition(".")[0].isdecimal():
        raise ValueError(f"no release: {release!r}")
    return release


def cuda_release(number: int) -> str:
    """Decode CUDA's integer: 12040 is 12.4."""
    major, rest = divmod(number, 1000)
    if major < 1:
        raise ValueError(f"no CUDA release: {number}")
    return f"{major}.{rest // 10}"


def throttle_reasons(mask: int) -> list[str]:
    """Name the bits that are set; bits that have no name yet stay a number ("0x800")."""
    named = [name for bit, name in enumerate(THROTTLE_REASONS) if mask >> bit & 1]
    unnamed = mask >> len(THROTTLE_REASONS) << len(THROTTLE_REASONS)
    return [*named, hex(unnamed)] if unnamed else named


def license_state(licence: Any) -> str | None:
    """Return whether any vGPU feature is licensed; None where none needs a licence."""
    if not licence.isGridLicenseSupported:
        return None
    features = licence.gridLicensableFeatures[: licence.licensableFeaturesCount]
    return "licensed" if any(feature.featureState for feature in features) else "unlicensed"


def count(number: int) -> int | None:
    """Return a count of errors; zero is no news."""
    return number or None


def hertz(mhz: int) -> int:
    """Turn NVML's MHz into Hz."""
    return mhz * 1_000_000


def watts(milliwatts: int) -> float:
    """Turn NVML's mW into W."""
    return milliwatts / 1000


INIT = "nvmlInitWithFlags nvmlInit_v2"
CUDA = "nvmlSystemGetCudaDriverVersion_v2 nvmlSystemGetCudaDriverVersion"
MEMORY = "nvmlDeviceGetMemoryInfo_v2 nvmlDeviceGetMemoryInfo"
REMAPPED_ROWS = "nvmlDeviceGetRemappedRows"
ECC_ERRORS = "nvmlDeviceGetTotalEccErrors"
THROTTLING = "nvmlDeviceGetCurrentClocksEventReasons nvmlDeviceGetCurrentClocksThrottleReasons"
TEMPERATURE = "nvmlDeviceGetTemperature nvmlDeviceGetTemperatureV"
USE = "nvmlDeviceGetUtilizationRates"
# Not the call without V: its struct changed with no sign of it; the UUID in it has 80 bytes in
# nvidia-ml-py 12.535.133 (2023-11) and 16 in 13.615.71 (2026-10).
FABRIC = "nvmlDeviceGetGpuFabricInfoV"
PROCESSES = {
    "compute": "nvmlDeviceGetComputeRunningProcesses_v3 nvmlDeviceGetComputeRunningProcesses_v2",
    "graphics": "nvmlDeviceGetGraphicsRunningProcesses_v3 nvmlDeviceGetGraphicsRunningProcesses_v2",
}

# Answered also when NVML does not start: nvidia-smi prints it on a driver/library mismatch.
LIBRARY: list[Row] = [("nvml_release", "nvmlSystemGetNVMLVersion", (), text)]

SYSTEM: list[Row] = [
    ("driver_release", "nvmlSystemGetDriverVersion", (), driver_release),
    # Only where the newer function is missing: the older one guesses when there is no libcuda
    # ("will return a known supported version number", nvml.h 13, 2026-10).
    ("driver_cuda", CUDA, (), cuda_release),
]
IDENTITY: list[Row] = [
    ("name", "nvmlDeviceGetName", (), text),
    ("uuid", "nvmlDeviceGetUUID", (), text),
    ("pci_address", "nvmlDeviceGetPciInfo_v3", (), lambda pci: text(pci.busId)),
    ("pci_device_id", "nvmlDeviceGetPciInfo_v3", (), lambda pci: f"{pci.pciDeviceId >> 16:04x}"),
    ("compute_capability", "nvmlDeviceGetCudaComputeCapability", (), lambda cc: f"{cc[0]}.{cc[1]}"),
    ("architecture", "nvmlDeviceGetArchitecture", (), ARCHITECTURES.__getitem__),
    ("serial", "nvmlDeviceGetSerial", (), text),
]
STATE: list[Row] = [
    ("memory_total_bytes", MEMORY, (), lambda memory: memory.total),
    ("memory_free_bytes", MEMORY, (), lambda memory: memory.free),
    ("memory_used_bytes", MEMORY, (), lambda memory: memory.used),
    ("memory_reserved_bytes", MEMORY, (), lambda memory: getattr(memory, "reserved", None)),
    ("memory_semantics", MEMORY, (), lambda memory: "v2" if hasattr(memory, "reserved") else "v1"),
    ("is_mig_enabled", "nvmlDeviceGetMigMode", (), lambda modes: bool(modes[0])),
    ("is_mig_enabled_after_reset", "nvmlDeviceGetMigMode", (), lambda modes: bool(modes[1])),
    ("is_ecc_enabled", "nvmlDeviceGetEccMode", (), lambda modes: bool(modes[0])),
    ("ecc_uncorrected_count", ECC_ERRORS, (UNCORRECTED, SINCE_BOOT), int),
    ("ecc_uncorrected_total_count", ECC_ERRORS, (UNCORRECTED, OVER_LIFE), int),
    ("ecc_corrected_count", ECC_ERRORS, (CORRECTED, SINCE_BOOT), int),
    ("remapped_rows_correctable", REMAPPED_ROWS, (), lambda rows: rows[0]),
    ("remapped_rows_uncorrectable", REMAPPED_ROWS, (), lambda rows: rows[1]),
    ("is_remap_pending", REMAPPED_ROWS, (), lambda rows: bool(rows[2])),
    ("has_remap_failed", REMAPPED_ROWS, (), lambda rows: bool(rows[3])),
    ("clock_sm_hz", "nvmlDeviceGetClockInfo", (CLOCK_SM,), hertz),
    ("clock_sm_max_hz", "nvmlDeviceGetMaxClockInfo", (CLOCK_SM,), hertz),
    ("clock_memory_hz", "nvmlDeviceGetClockInfo", (CLOCK_MEMORY,), hertz),
    ("clock_memory_max_hz", "nvmlDeviceGetMaxClockInfo", (CLOCK_MEMORY,), hertz),
    ("throttle_reasons", THROTTLING, (), throttle_reasons),
    ("power_w", "nvmlDeviceGetPowerUsage", (), watts),
    ("power_limit_w", "nvmlDeviceGetEnforcedPowerLimit", (), watts),
    ("power_limit_default_w", "nvmlDeviceGetPowerManagementDefaultLimit", (), watts),
    ("temperature_c", TEMPERATURE, (CORE_TEMPERATURE,), int),
    ("temperature_slowdown_c", "nvmlDeviceGetTemperatureThreshold", (SLOWDOWN_TEMPERATURE,), int),
    ("pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration", (), int),
    ("pcie_generation_max", "nvmlDeviceGetMaxPcieLinkGeneration", (), int),
    ("pcie_width", "nvmlDeviceGetCurrPcieLinkWidth", (), int),
    ("pcie_width_max", "nvmlDeviceGetMaxPcieLinkWidth", (), int),
    ("compute_mode", "nvmlDeviceGetComputeMode", (), COMPUTE_MODES.__getitem__),
    ("is_persistence_on", "nvmlDeviceGetPersistenceMode", (), bool),
    ("is_display_active", "nvmlDeviceGetDisplayActive", (), bool),
    ("utilization_gpu_percent", USE, (), lambda percent: percent.gpu),
    ("utilization_memory_percent", USE, (), lambda percent: percent.memory),
    ("fabric_state", FABRIC, (), lambda fabric: FABRIC_STATES[fabric[0]]),
    # The status means nothing before the registration is complete (nvml.h 13, 2026-10).
    ("fabric_status", FABRIC, (), lambda fab: fab[1] if fab[0] == FABRIC_COMPLETED else None),
]
WINDOWS: list[Row] = [
    ("driver_model", "nvmlDeviceGetDriverModel_v2", (), lambda models: DRIVER_MODELS[models[0]]),
]
VGPU: list[Row] = [
    ("vgpu_license_state", "nvmlDeviceGetGridLicensableFeatures_v4", (), license_state),
]
MIG_INSTANCE: list[Row] = [
    ("uuid", "nvmlDeviceGetUUID", (), text),
    ("name", "nvmlDeviceGetName", (), text),
    ("gpu_instance_id", "nvmlDeviceGetGpuInstanceId", (), int),
    ("compute_instance_id", "nvmlDeviceGetComputeInstanceId", (), int),
    ("memory_total_bytes", MEMORY, (), lambda memory: memory.total),
]
NVLINK: list[Row] = [
    ("remote_pci_address", "nvmlDeviceGetNvLinkRemotePciInfo_v2", (), lambda pci: text(pci.busId)),
    ("errors.replay", "nvmlDeviceGetNvLinkErrorCounter", (0,), count),
    ("errors.recovery", "nvmlDeviceGetNvLinkErrorCounter", (1,), count),
    ("errors.crc_flit", "nvmlDeviceGetNvLinkErrorCounter", (2,), count),
    ("errors.crc_data", "nvmlDeviceGetNvLinkErrorCounter", (3,), count),
    ("errors.ecc_data", "nvmlDeviceGetNvLinkErrorCounter", (4,), count),
]
PAIR: list[Row] = [
    ("common_ancestor", "nvmlDeviceGetTopologyCommonAncestor", (), COMMON_ANCESTORS.__getitem__),
    ("p2p_read", "nvmlDeviceGetP2PStatus", (P2P_READ,), P2P_STATES.__getitem__),
]


def init_v2(nvml: Any) -> None:
    """Start NVML on a driver too old for nvmlInitWithFlags, the only one that pynvml calls."""
    code = nvml.nvmlLib.nvmlInit_v2()
    if code:
        raise nvml.NVMLError(code)


def fabric(nvml: Any, gpu: Any) -> tuple[int, str]:
    """Return state and status of a GPU's registration with the NVLink fabric."""
    info = nvml.c_nvmlGpuFabricInfo_v2_t()
    nvml.nvmlDeviceGetGpuFabricInfoV(gpu, nvml.byref(info))
    return info.state, code_name(nvml, info.status)


# Where pynvml's function is spelled otherwise than NVML's, by more than a suffix such as "_v2".
ADAPTED: dict[str, Callable[..., Any]] = {
    "nvmlInitWithFlags": lambda nvml: nvml.nvmlInit(),
    "nvmlInit_v2": init_v2,
    "nvmlSystemGetProcessName": lambda nvml, _gpu, pid: nvml.nvmlSystemGetProcessName(pid),
    "nvmlDeviceGetMemoryInfo_v2": lambda nvml, gpu: nvml.nvmlDeviceGetMemoryInfo(
        gpu, nvml.nvmlMemory_v2
    ),
    "nvmlDeviceGetGpuFabricInfoV": fabric,
}


def code_name(nvml: Any, code: int) -> str:
    """Return NVML's name of a return code: 3 is NVML_ERROR_NOT_SUPPORTED."""
    name: str
    for name, number in vars(nvml).items():
        if number == code and name.startswith(("NVML_ERROR_", "NVML_SUCCESS")):
            return name
    return f"NVML error {code}"


def ask(nvml: Any, call: str, *arguments: Any) -> Any:
    """Make one call, under NVML's name for it.

    Raises:
        NVMLError: NVML, or the loader, refuses.
        AttributeError: pynvml is too old to know the call.
    """
    if call in ADAPTED:
        return ADAPTED[call](nvml, *arguments)
    function = getattr(nvml, call, None) or getattr(nvml, call.rpartition("_v")[0] or call)
    try:
        return function(*arguments)
    except UnicodeDecodeError as error:
        return error.object  # a name that is no UTF-8: `text` makes the best of it
