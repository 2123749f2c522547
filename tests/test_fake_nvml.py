"""The fake driver libraries do what a scenario says, and real clients run on them.

Each test asks in a child process, as a scenario is read when the library is loaded.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import fake_nvml
from fake_nvml import MIB, MODELS, Faults, gpu, mig, scenario
from fake_nvml.build import functions

SOURCES = Path(fake_nvml.__file__).parent

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

NVML_PRELUDE = """
import json, pynvml as n
def code(call, *arguments):
    try:
        return call(*arguments)
    except n.NVMLError as error:
        return {"error": error.value}
def show(*values):
    print(json.dumps(values))
"""

CUDA_PRELUDE = """
import ctypes, json
c = ctypes.CDLL("libcuda.so.1")
def number(function, *arguments):
    out = ctypes.c_int(-1)
    code = getattr(c, function)(ctypes.byref(out), *arguments)
    return out.value if code == 0 else {"error": code}
def text(function, *arguments):
    out = ctypes.create_string_buffer(128)
    code = getattr(c, function)(out, 128, *arguments)
    return out.value.decode() if code == 0 else {"error": code}
def uuid(device, function="cuDeviceGetUuid_v2"):
    out = ctypes.create_string_buffer(16)
    code = getattr(c, function)(out, device)
    return out.raw.hex() if code == 0 else {"error": code}
def show(*values):
    print(json.dumps(values))
"""


def run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in this environment and the variables given; no CUDA variable leaks in."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("CUDA_")}
    return subprocess.run(
        command,
        env={**inherited, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ask(env: Mapping[str, str], code: str, prelude: str = NVML_PRELUDE) -> Any:
    """Return what the code shows when it runs in a child process on the fake libraries."""
    done = run([sys.executable, "-c", prelude + code], env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ---- a healthy machine ----


def test_pynvml_reads_the_values_of_the_scenario(tmp_path: Path) -> None:
    """What the scenario says arrives in pynvml, in NVML's units."""
    text = scenario(
        driver="550.54.15",
        cuda="12.4",
        gpus=[gpu("RTX 4090", power_w=123.5, temperature_gpu_c=61, memory_used_bytes=1000 * MIB)],
    )
    answer = ask(
        fake_nvml.install(tmp_path, text),
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
m = n.nvmlDeviceGetMemoryInfo(h, version=n.nvmlMemory_v2)
pci = n.nvmlDeviceGetPciInfo(h)
show(n.nvmlSystemGetDriverVersion(), n.nvmlSystemGetNVMLVersion(),
     n.nvmlSystemGetCudaDriverVersion(), n.nvmlDeviceGetCount(), n.nvmlDeviceGetName(h),
     n.nvmlDeviceGetUUID(h), n.nvmlDeviceGetCudaComputeCapability(h), m.total, m.used, m.free,
     m.reserved, n.nvmlDeviceGetMemoryInfo(h).used, n.nvmlDeviceGetPowerUsage(h),
     n.nvmlDeviceGetTemperature(h, 0), n.nvmlDeviceGetClockInfo(h, n.NVML_CLOCK_MEM),
     pci.busId, hex(pci.pciDeviceId),
     n.nvmlDeviceGetCpuAffinity(h, 1)[0])
""",
    )
    total, used, reserved = 24564 * MIB, 1000 * MIB, 400 * MIB
    assert answer == [
        "550.54.15", "12.550.54.15", 12040, 1, "NVIDIA GeForce RTX 4090",
        fake_nvml.gpu_uuid(0), [8, 9], total, used, total - used - reserved,
        reserved, used + reserved, 123500, 61, 405,
        fake_nvml.pci_bus_id(0), "0x268410de", 0xFFFF,
    ]  # fmt: skip


def test_every_model_is_found_by_index_uuid_and_pci_address(tmp_path: Path) -> None:
    """Each preset plays: NVML tells its name, by whichever way the device is looked up."""
    names = list(MODELS)
    answer = ask(
        fake_nvml.install(tmp_path, scenario(gpus=[gpu(name) for name in names])),
        """
n.nvmlInit()
rows = []
for i in range(n.nvmlDeviceGetCount()):
    h = n.nvmlDeviceGetHandleByIndex(i)
    u = n.nvmlDeviceGetHandleByUUID(n.nvmlDeviceGetUUID(h))
    p = n.nvmlDeviceGetHandleByPciBusId(n.nvmlDeviceGetPciInfo(h).busId)
    rows.append([n.nvmlDeviceGetIndex(u), n.nvmlDeviceGetIndex(p), n.nvmlDeviceGetName(h)])
show(*rows)
""",
    )
    assert answer == [[i, i, MODELS[name].name] for i, name in enumerate(names)]


def test_what_the_scenario_leaves_out_is_not_supported(tmp_path: Path) -> None:
    """A consumer GPU has no ECC; any value can be taken away as well."""
    env = fake_nvml.install(tmp_path, scenario(gpus=[gpu("RTX 4090", power_w=None)]))
    answer = ask(
        env,
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
show(code(n.nvmlDeviceGetEccMode, h), code(n.nvmlDeviceGetPowerUsage, h),
     code(n.nvmlDeviceGetNvLinkState, h, 0), code(n.nvmlDeviceGetMigMode, h))
""",
    )
    assert answer == [{"error": 3}] * 4


def test_a_value_steps_from_read_to_read(tmp_path: Path) -> None:
    """A sequence is one step a read, may have a gap, and its last step stays."""
    text = scenario(gpus=[gpu("A100", power_w=(100, None, 300), ecc_mode="0 1")])
    answer = ask(
        fake_nvml.install(tmp_path, text),
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
show(*[code(n.nvmlDeviceGetPowerUsage, h) for _ in range(4)], n.nvmlDeviceGetEccMode(h))
""",
    )
    assert answer == [100_000, {"error": 3}, 300_000, 300_000, [0, 1]]


@pytest.mark.parametrize("name", ["GPU \x1b[31m::error::\n", "two  spaces ", "Ünï", "a, b = c # d"])
def test_a_name_arrives_byte_by_byte(tmp_path: Path, name: str) -> None:
    """Device names with control characters and the format's own signs pass unchanged."""
    env = fake_nvml.install(tmp_path, scenario(gpus=[gpu("RTX 4090", name=name)]))
    answer = ask(env, "n.nvmlInit(); show(n.nvmlDeviceGetName(n.nvmlDeviceGetHandleByIndex(0)))")
    assert answer == [name]


def test_processes_are_listed_with_their_memory(tmp_path: Path) -> None:
    """Compute and graphics processes arrive, memory unknown to the driver as None."""
    text = scenario(gpus=[gpu("H100", compute=((7, 512 * MIB), (8, None)), graphics=((9, MIB),))])
    answer = ask(
        fake_nvml.install(tmp_path, text),
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
pairs = lambda processes: [[p.pid, p.usedGpuMemory] for p in processes]
show(pairs(n.nvmlDeviceGetComputeRunningProcesses(h)),
     pairs(n.nvmlDeviceGetGraphicsRunningProcesses(h)),
     pairs(n.nvmlDeviceGetMPSComputeRunningProcesses(h)))
""",
    )
    compute = [[7, 512 * MIB], [8, None]]
    assert answer == [compute, [[9, MIB]], []]


def test_mig_devices_hang_below_their_gpu(tmp_path: Path) -> None:
    """MIG devices have their own name, UUID, memory and processes, and know their GPU."""
    device = gpu("A100", mig=(mig("1g.10gb"), mig("2g.20gb", compute=((7, MIB),))))
    answer = ask(
        fake_nvml.install(tmp_path, scenario(gpus=[device])),
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
m = n.nvmlDeviceGetMigDeviceHandleByIndex(h, 1)
process, = n.nvmlDeviceGetComputeRunningProcesses(m)
same = n.nvmlDeviceGetHandleByUUID(n.nvmlDeviceGetUUID(m))
show(n.nvmlDeviceGetMigMode(h), n.nvmlDeviceGetMaxMigDeviceCount(h),
     code(n.nvmlDeviceGetMigDeviceHandleByIndex, h, 2),
     *[n.nvmlDeviceIsMigDeviceHandle(device).value for device in (h, m)],
     n.nvmlDeviceGetName(m), n.nvmlDeviceGetUUID(m), n.nvmlDeviceGetMemoryInfo(m).total // 2**20,
     n.nvmlDeviceGetGpuInstanceId(same), n.nvmlDeviceGetAttributes(m).multiprocessorCount,
     n.nvmlDeviceGetIndex(n.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(m)),
     [process.pid, process.gpuInstanceId, process.computeInstanceId])
""",
    )
    assert answer == [
        [1, 1], 7, {"error": 6}, 0, 1, "NVIDIA A100-SXM4-80GB MIG 2g.20gb",
        fake_nvml.mig_uuid(0, 1), 19073, 2, 28, 0, [7, 2, 0],
    ]  # fmt: skip


def test_memory_errors_clocks_and_licence_are_told(tmp_path: Path) -> None:
    """ECC counters, remapped rows, retired pages, event reasons and vGPU licence arrive."""
    ampere = gpu(
        "A100",
        remapped_rows="1 2 1 0",
        clocks_event_reasons=0x48,
        vgpu_license="3 1 1",
        vgpu_license_product="vCS",
        more={
            "ecc.volatile.uncorrected": 5,
            "ecc.aggregate.corrected.device_memory": 6,
            "ecc.volatile.corrected.l1_cache": None,
        },
    )
    answer = ask(
        fake_nvml.install(tmp_path, scenario(gpus=[ampere, gpu("V100", retired_page="1 0xabc 9")])),
        """
n.nvmlInit()
a, v = map(n.nvmlDeviceGetHandleByIndex, (0, 1))
licence = n.nvmlDeviceGetGridLicensableFeatures(a).gridLicensableFeatures[0]
show(n.nvmlDeviceGetTotalEccErrors(a, 1, 0), n.nvmlDeviceGetMemoryErrorCounter(a, 0, 1, 2),
     n.nvmlDeviceGetRemappedRows(a), n.nvmlDeviceGetRowRemapperHistogram(a).max,
     code(n.nvmlDeviceGetRetiredPages, a, 1), n.nvmlDeviceGetRetiredPages(v, 1),
     n.nvmlDeviceGetRetiredPages_v2(v, 1), n.nvmlDeviceGetRetiredPages(v, 0),
     n.nvmlDeviceGetCurrentClocksThrottleReasons(a),
     licence.featureState, licence.productName)
""",
    )
    assert answer == [
        5, 6, [1, 2, 1, 0], 640, {"error": 3}, [0xABC], [{"address": 0xABC, "timestamp": 9}], [],
        0x48, 1, "vCS",
    ]  # fmt: skip


def test_links_and_peers_are_told(tmp_path: Path) -> None:
    """One NVLink of all, and one pair of all, can differ from the rest."""
    gpus = [
        gpu(
            "H100", fabric="2 0 7 0 1", more={"nvlink.3.active": 0, "nvlink.3.crc_flit_errors": 12}
        ),
        gpu("H100"),
        gpu("H100"),
    ]
    text = scenario(gpus=gpus, machine={"pair.0.2.topology": 50, "pair.0.2.p2p_nvlink": 3})
    answer = ask(
        fake_nvml.install(tmp_path, text),
        """
n.nvmlInit()
a, b, c = map(n.nvmlDeviceGetHandleByIndex, range(3))
show([n.nvmlDeviceGetNvLinkState(a, link) for link in (2, 3)],
     code(n.nvmlDeviceGetNvLinkState, a, 18), n.nvmlDeviceGetNvLinkVersion(a, 3),
     [n.nvmlDeviceGetNvLinkErrorCounter(a, 3, counter) for counter in (1, 2)],
     n.nvmlDeviceGetNvLinkRemotePciInfo(a, 0).busId, n.nvmlDeviceGetNvLinkCapability(a, 0, 0),
     [n.nvmlDeviceGetTopologyCommonAncestor(*pair) for pair in ((a, b), (a, c), (c, a))],
     [n.nvmlDeviceGetP2PStatus(*pair, n.NVML_P2P_CAPS_INDEX_NVLINK) for pair in ((a, b), (c, a))],
     n.nvmlDeviceGetFieldValues(a, [n.NVML_FI_DEV_NVLINK_LINK_COUNT])[0].value.ullVal,
     n.nvmlDeviceGetFieldValues(a, [82])[0].nvmlReturn)
""",
    )
    assert answer == [
        [1, 0], {"error": 2}, 4, [0, 12], "00000000:05:00.0", 1, [40, 50, 50], [0, 3],
        18, 3,
    ]  # fmt: skip


def test_newer_bindings_read_the_same_values(tmp_path: Path) -> None:
    """The younger ways to read heat, clock events, processes and fabric agree with the scenario."""
    if not hasattr(importlib.import_module("pynvml"), "c_nvmlGpuFabricInfo_v3_t"):
        pytest.skip("this nvidia-ml-py is older than the functions")
    device = gpu("H100", temperature_gpu_c=61, fabric="2 0 7 0 1", compute=((7, MIB),))
    answer = ask(
        fake_nvml.install(tmp_path, scenario(gpus=[device])),
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
v2, v3 = n.c_nvmlGpuFabricInfo_v2_t(), n.c_nvmlGpuFabricInfo_v3_t()
n.nvmlDeviceGetGpuFabricInfoV(h, n.byref(v2))
n.nvmlDeviceGetGpuFabricInfoV(h, n.byref(v3))
show(n.nvmlDeviceGetTemperatureV1(h, 0), n.nvmlDeviceGetCurrentClocksEventReasons(h),
     n.nvmlDeviceGetComputeRunningProcesses_v2(h)[0].pid,
     [v2.state, v2.cliqueId], [v3.state, v3.healthSummary])
""",
    )
    assert answer == [61, 1, 7, [2, 7], [2, 1]]


# ---- faults ----


@pytest.mark.parametrize("error", [4, 9, 12, 18, 999])
def test_nvml_fails_to_start_with_any_code(tmp_path: Path, error: int) -> None:
    """A fault of nvmlInit_v2 reaches the client whichever name it starts NVML by."""
    env = fake_nvml.install(tmp_path, scenario(errors={"nvmlInit_v2": error}))
    answer = ask(
        env, "show(code(n.nvmlInit), n.CDLL('libnvidia-ml.so.1').nvmlInit(), code(n.nvmlShutdown))"
    )
    assert answer == [{"error": error}, error, {"error": 1}]


def test_an_error_can_begin_later_and_on_one_gpu(tmp_path: Path) -> None:
    """A fault counts the calls that pass first; in a GPU it leaves the other GPUs alone."""
    one = gpu("H100", faults=Faults(errors={"nvmlDeviceGetName": 4}))
    text = scenario(
        gpus=[one, gpu("H100")],
        errors={"nvmlDeviceGetSerial": 15},
        after={"nvmlDeviceGetSerial": 2},
    )
    answer = ask(
        fake_nvml.install(tmp_path, text),
        """
n.nvmlInit()
a, b = map(n.nvmlDeviceGetHandleByIndex, (0, 1))
show(code(n.nvmlDeviceGetName, a), n.nvmlDeviceGetName(b),
     *[isinstance(code(n.nvmlDeviceGetSerial, b), str) for _ in range(4)])
""",
    )
    assert answer == [{"error": 4}, "NVIDIA H100 80GB HBM3", True, True, False, False]


def test_a_gpu_gets_lost_midway(tmp_path: Path) -> None:
    """From some call on every answer about one GPU is code 15; the other GPU goes on."""
    env = fake_nvml.install(tmp_path, scenario(gpus=[gpu("A100"), gpu("A100")], lost={0: 2}))
    answer = ask(
        env,
        """
n.nvmlInit()
a, b = map(n.nvmlDeviceGetHandleByIndex, (0, 1))
show(n.nvmlDeviceGetIndex(a), code(n.nvmlDeviceGetName, a), code(n.nvmlDeviceGetUUID, a),
     code(n.nvmlDeviceGetHandleByIndex, 0), n.nvmlDeviceGetIndex(b), n.nvmlDeviceGetCount())
""",
    )
    lost = {"error": 15}
    assert answer == [0, lost, lost, lost, 1, 2]


def test_a_missing_function_is_absent_from_the_library(tmp_path: Path) -> None:
    """An older driver: pynvml and the loader do not find the newer symbol, only its elder."""
    missing = ("nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGet*Processes_v3")
    env = fake_nvml.install(tmp_path, scenario(), nvml_missing=missing, cuda_missing=("cuInit",))
    answer = ask(
        env,
        """
n.nvmlInit()
h = n.nvmlDeviceGetHandleByIndex(0)
library = n.CDLL("libnvidia-ml.so.1")
show(code(n.nvmlDeviceGetMemoryInfo, h, n.nvmlMemory_v2), n.nvmlDeviceGetMemoryInfo(h).total > 0,
     code(n.nvmlDeviceGetComputeRunningProcesses_v3, h),
     library.nvmlDeviceGetComputeRunningProcesses_v2(h, n.byref(n.c_uint(0)), None),
     hasattr(library, "nvmlDeviceGetMemoryInfo_v2"), hasattr(library, "scenario_enter"),
     hasattr(n.CDLL("libcuda.so.1"), "cuInit"), hasattr(n.CDLL("libcuda.so.1"), "cuDeviceGet"))
""",
    )
    absent = {"error": 13}
    assert answer == [absent, True, absent, 0, False, False, False, True]


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("nvmlInit_v2", "import pynvml; TIMER; pynvml.nvmlInit()"),
        ("cuInit", "import ctypes; c = ctypes.CDLL('libcuda.so.1'); TIMER; c.cuInit(0)"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("segfault", -signal.SIGSEGV),
        ("abort", -signal.SIGABRT),
        ("exit", 3),
        # A call that hangs is one in which a timer, set just before it, ends the process.
        ("hang", -signal.SIGALRM),
        ("delay_ms", 0),
    ],
)
def test_a_function_ends_or_blocks_its_process(
    tmp_path: Path, kind: str, status: int, function: str, call: str
) -> None:
    """Segfault, abort, exit, hang and delay happen inside the named function of either library."""
    text = {
        "segfault": scenario(segfault=(function,)),
        "abort": scenario(abort=(function,)),
        "exit": scenario(exit={function: 3}),
        "hang": scenario(hang=(function,)),
        "delay_ms": scenario(delay_ms={function: 1}),
    }[kind]
    timer = "import signal; signal.setitimer(signal.ITIMER_REAL, 0.1)" if kind == "hang" else "pass"
    env = fake_nvml.install(tmp_path, text)
    done = run([sys.executable, "-c", call.replace("TIMER", timer)], env)
    assert done.returncode == status, done.stderr


@pytest.mark.parametrize(
    ("library", "source"), [("libnvidia-ml.so.1", "nvml.c"), ("libcuda.so.1", "cuda.c")]
)
def test_every_function_can_fail_before_it_reads_its_arguments(
    tmp_path: Path, library: str, source: str
) -> None:
    """No function of either library lacks the entry that plays faults."""
    names = sorted(functions(source) - {"nvmlErrorString"})
    env = fake_nvml.install(tmp_path, scenario(errors={"nvml*": 77, "cu*": 77}))
    answer = ask(
        env,
        f"""
import ctypes
library = ctypes.CDLL({library!r})
nothing = [ctypes.c_void_p(0)] * 6
show(*[name for name in {names!r} if getattr(library, name)(*nothing) != 77])
""",
    )
    assert len(names) > 10
    assert answer == []


# ---- the driver API ----


def test_cuda_sees_the_same_devices_as_nvml(tmp_path: Path) -> None:
    """Name, UUID, memory, compute capability and PCI address come from the same scenario."""
    env = fake_nvml.install(tmp_path, scenario(cuda="13.0", gpus=[gpu("RTX 3090"), gpu("H200")]))
    answer = ask(
        env,
        """
total = ctypes.c_size_t()
name = ctypes.c_char_p()
show(number("cuDriverGetVersion"), number("cuDeviceGetCount"), c.cuInit(0),
     number("cuDeviceGetCount"), number("cuDeviceGet", 1), text("cuDeviceGetName", 1), uuid(1),
     [number("cuDeviceGetAttribute", attribute, 0) for attribute in (75, 76, 10, 33, 9999)],
     c.cuDeviceTotalMem_v2(ctypes.byref(total), 1), total.value // 2**20,
     text("cuDeviceGetPCIBusId", 1), number("cuDeviceGetByPCIBusId", b"0000:11:00.0"),
     text("cuDeviceGetName", 2), c.cuGetErrorName(100, ctypes.byref(name)), name.value.decode())
""",
        CUDA_PRELUDE,
    )
    assert answer == [
        13000, {"error": 3}, 0, 2, 1, "NVIDIA H200",
        fake_nvml.gpu_uuid(1).removeprefix("GPU-").replace("-", ""),
        [8, 6, 32, 0x10, {"error": 1}], 0, 143771, "0000:11:00.0", 1,
        {"error": 101}, 0, "CUDA_ERROR_NO_DEVICE",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("visible", "seen"),
    [
        ("0", [0]),
        ("2,0", [2, 0]),
        ("1,7,0", [1]),
        ("0,-1,1", [0]),
        ("GPU-00000002", [2]),
        (f"{fake_nvml.gpu_uuid(1)},0", [1, 0]),
        ("GPU-", []),
        ("x", []),
        ("", []),
        ("-1", []),
    ],
)
def test_cuda_honours_cuda_visible_devices(tmp_path: Path, visible: str, seen: list[int]) -> None:
    """Indices and UUID prefixes choose and order devices, cut at the first invalid entry."""
    gpus = [gpu("RTX 3090", more={"cuda_attribute.16": i}) for i in range(3)]
    env = fake_nvml.install(tmp_path, scenario(gpus=gpus)) | {"CUDA_VISIBLE_DEVICES": visible}
    answer = ask(
        env,
        "code = c.cuInit(0); count = number('cuDeviceGetCount'); show(code, "
        "[number('cuDeviceGetAttribute', 16, i) for i in range(count)] if code == 0 else [])",
        CUDA_PRELUDE,
    )
    assert answer == [0 if seen else 100, seen]


def test_cuda_orders_by_speed_unless_told_by_pci(tmp_path: Path) -> None:
    """The rank in the scenario is CUDA's order, CUDA_DEVICE_ORDER=PCI_BUS_ID is NVML's."""
    gpus = [gpu("GTX 1080 Ti", cuda_rank=2), gpu("RTX 4090", cuda_rank=1)]
    env = fake_nvml.install(tmp_path, scenario(gpus=gpus))
    code = "c.cuInit(0); show(text('cuDeviceGetName', 0))"
    assert ask(env, code, CUDA_PRELUDE) == ["NVIDIA GeForce RTX 4090"]
    env["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    assert ask(env, code, CUDA_PRELUDE) == ["NVIDIA GeForce GTX 1080 Ti"]


def test_cuda_sees_one_mig_device_instead_of_the_gpu(tmp_path: Path) -> None:
    """Of a GPU in MIG mode a process gets the first MIG device, or the one it names."""
    env = fake_nvml.install(tmp_path, scenario(gpus=[gpu("H100", mig=(mig("1g.10gb"),) * 2)]))
    code = """
show(c.cuInit(0), number("cuDeviceGetCount"), text("cuDeviceGetName", 0), uuid(0),
     uuid(0, "cuDeviceGetUuid"), number("cuDeviceGetAttribute", 75, 0))
"""
    gpu_bytes = fake_nvml.gpu_uuid(0)[4:].replace("-", "")
    for index, visible in enumerate(({}, {"CUDA_VISIBLE_DEVICES": fake_nvml.mig_uuid(0, 1)})):
        mig_bytes = fake_nvml.mig_uuid(0, index)[4:].replace("-", "")
        name = "NVIDIA H100 80GB HBM3 MIG 1g.10gb"
        assert ask(env | visible, code, CUDA_PRELUDE) == [0, 1, name, mig_bytes, gpu_bytes, 9]


def test_cuda_fails_where_told(tmp_path: Path) -> None:
    """A driver API function returns any CUDA error."""
    env = fake_nvml.install(tmp_path, scenario(errors={"cuInit": 999}))
    assert ask(env, "show(c.cuInit(0))", CUDA_PRELUDE) == [999]


# ---- the helpers keep a test from testing nothing ----


def test_typing_errors_in_a_scenario_are_found(tmp_path: Path) -> None:
    """Unknown keys, functions and models raise before anything runs."""
    with pytest.raises(ValueError, match="temprature_gpu_c"):
        scenario(gpus=[gpu("RTX 4090", temprature_gpu_c=3)])
    with pytest.raises(ValueError, match="nvmlDeviceGetNmae"):
        scenario(errors={"nvmlDeviceGetNmae": 15})
    with pytest.raises(ValueError, match="no fault"):
        scenario(after={"nvmlDeviceGetName": 15})
    with pytest.raises(ValueError, match="nvmlNothing"):
        fake_nvml.build(tmp_path, nvml_missing=("nvmlNothing",))
    with pytest.raises(KeyError):
        gpu("RTX 9999")


@pytest.mark.parametrize(
    "text", ["neither this nor that\n", "hang.nvmlInit_v2 = soon\n", "[mig]\n"]
)
def test_a_scenario_not_understood_ends_the_process(tmp_path: Path, text: str) -> None:
    """The library says what is wrong and exits with 97 instead of playing something else."""
    env = fake_nvml.install(tmp_path, text)
    done = run([sys.executable, "-c", "import pynvml; pynvml.nvmlInit()"], env)
    assert (done.returncode, done.stderr.split(":")[0]) == (97, "fake GPU scenario")


def test_the_example_of_the_readme_plays(tmp_path: Path) -> None:
    """The scenario printed in README.md is one that the library understands."""
    readme = (SOURCES / "README.md").read_text(encoding="utf-8")
    env = fake_nvml.install(tmp_path, readme.split("```ini\n")[1].split("```")[0])
    code = "n.nvmlInit(); show(n.nvmlDeviceGetName(n.nvmlDeviceGetHandleByIndex(0)))"
    assert ask(env, code) == ["NVIDIA A100-SXM4-80GB"]


def test_without_a_compiler_a_test_can_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no cc, build says so in an exception of its own."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fake_nvml.NoCompiler):
        fake_nvml.build(tmp_path, nvml_missing=("nvmlDeviceGetVbiosVersion",))


def test_a_library_can_be_left_out(tmp_path: Path) -> None:
    """A machine with CUDA but no NVML, and the reverse."""
    fake_nvml.build(tmp_path / "a", with_nvml=False)
    fake_nvml.build(tmp_path / "b", with_cuda=False)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["libcuda.so.1"]
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["libnvidia-ml.so.1"]


# ---- real clients and NVIDIA's own headers ----


def needs(module: str) -> None:
    """Skip unless the tests' interpreter has this client; the default run does not need it."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed beside the tests")


def test_gpustat_runs_unchanged(tmp_path: Path) -> None:
    """The client gpustat tells the GPUs, their use and our own process on one of them."""
    needs("gpustat")
    device = gpu("RTX 4090", utilization_gpu_percent=42, compute=((os.getpid(), 512 * MIB),))
    env = fake_nvml.install(tmp_path, scenario(gpus=[device, gpu("A100")]))
    done = run([sys.executable, "-m", "gpustat", "--json"], env)
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["gpus"]
    assert (first["utilization.gpu"], first["memory.total"]) == (42, 24564)
    assert [p["gpu_memory_usage"] for p in first["processes"]] == [512]
    assert (second["name"], second["fan.speed"]) == ("NVIDIA A100-SXM4-80GB", None)


@pytest.mark.parametrize("missing", [(), ("nvmlDeviceGetMemoryInfo_v2", "*Processes_v3", "*V")])
def test_nvitop_runs_unchanged(tmp_path: Path, missing: tuple[str, ...]) -> None:
    """The client nvitop prints the GPUs and MIG devices, on a new driver and on an old one."""
    needs("nvitop")
    gpus = [gpu("RTX 4090", compute=((os.getpid(), MIB),)), gpu("A100", mig=(mig("1g.10gb"),))]
    env = fake_nvml.install(tmp_path, scenario(gpus=gpus), nvml_missing=missing)
    done = run([sys.executable, "-m", "nvitop", "-1"], env)
    assert done.returncode == 0, done.stderr
    assert "GeForce RTX 4090" in done.stdout
    assert "1g.10gb" in done.stdout


def header_folder(header: str) -> Path:
    """Return the folder of NVIDIA's header, from its distribution or a toolkit, or skip."""
    folders = [Path("/usr/local/cuda/include")]
    for name in ("nvidia-nvml-dev", "nvidia-nvml-dev-cu12"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            files = importlib.metadata.files(name) or []
            folders += [Path(str(file.locate())).parent for file in files if file.name == header]
    nvcc = shutil.which("nvcc")
    if nvcc is not None:
        folders.append(Path(nvcc).resolve().parent.parent / "include")
    for folder in reversed(folders):
        if (folder / header).is_file():
            return folder
    pytest.skip(f"NVIDIA's {header} is not installed")


@pytest.mark.parametrize(("source", "header"), [("nvml.c", "nvml.h"), ("cuda.c", "cuda.h")])
def test_the_prototypes_are_nvidias(source: str, header: str) -> None:
    """The C code compiles against NVIDIA's header in place of its own declarations."""
    command = ["cc", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-deprecated-declarations"]
    command += ["-DNVIDIA_HEADER", f"-I{header_folder(header)}", str(SOURCES / source)]
    done = run(command, {})
    assert done.returncode == 0, done.stderr


def test_the_struct_layouts_are_nvidias(tmp_path: Path) -> None:
    """Size of every struct and place of every field are the same with NVIDIA's nvml.h."""
    folder = header_folder("nvml.h")
    types = (SOURCES / "nvml_types.h").read_text(encoding="utf-8")
    prints = []
    for body, name in re.findall(r"typedef struct \{(.*?)\} (nvml\w+);", types, re.DOTALL):
        prints.append(f'printf("{name} %zu\\n", sizeof({name}));')
        for declaration in re.findall(r"([^;]+);", body):
            fields = re.findall(r"(\w+)(?:\[\w+\])?\s*(?=,|$)", declaration)
            prints += [f'printf("{name}.{f} %zu\\n", offsetof({name}, {f}));' for f in fields]
    program = tmp_path / "layout.c"
    program.write_text(
        "#include <stddef.h>\n#include <stdio.h>\n#include <nvml_types.h>\n"
        f"int main(void) {{ {' '.join(prints)} }}\n"
    )
    layouts = []
    for number, flags in enumerate(([], ["-DNVIDIA_HEADER", f"-I{folder}"])):
        output = str(tmp_path / f"layout{number}")
        built = run(["cc", *flags, f"-I{SOURCES}", "-o", output, str(program)], {})
        assert built.returncode == 0, built.stderr
        layouts.append(run([output], {}).stdout.splitlines())
    assert len(layouts[0]) > 80
    assert layouts[0] == layouts[1]
