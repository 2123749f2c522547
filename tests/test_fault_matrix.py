"""The doctor never hangs, never dies: every fault gives a whole report, in time, with no leftovers.

One healthy fake machine, one fault at a time. Whatever breaks: valid JSON, the right finding, the
facts of the other probes intact, done within the time limit and two seconds, no process left.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import fake_nvml
from environments import write
from fake_nvml import gpu, scenario
from whole_machine import Machine, Outcome, needs_fakes

pytestmark = needs_fakes

TIMEOUT_S = 2.0
GRACE_S = 2.0
CU124 = "sm_80 sm_86 sm_89"

NVML_CALLS = [
    "nvmlInitWithFlags",
    "nvmlSystemGetDriverVersion",
    "nvmlSystemGetCudaDriverVersion_v2",
    "nvmlDeviceGetCount_v2",
    "nvmlDeviceGetHandleByIndex_v2",
    "nvmlDeviceGetName",
    "nvmlDeviceGetUUID",
    "nvmlDeviceGetMemoryInfo_v2",
    "nvmlDeviceGetPowerUsage",
    "nvmlDeviceGetTemperature",
    "nvmlDeviceGetComputeRunningProcesses_v3",
]

IMPORT_FAULTS = {
    # what `import torch` does first: (code, rule that must be found)
    "sleeps forever": ("import time\ntime.sleep(600)\n", "GPU323"),
    "ignores polite signals": (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)\n",
        "GPU323",
    ),
    "segfaults": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "GPU322"),
    "aborts": ("import os\nos.abort()\n", "GPU322"),
    "calls os._exit": ("import os\nos._exit(0)\n", "GPU322"),
    "calls sys.exit": ("import sys\nsys.exit(3)\n", "GPU321"),
    "raises": ("raise RuntimeError('broken \\x1b[31m')\n", "GPU321"),
    "raises no Exception": ("class Odd(BaseException): pass\nraise Odd()\n", "GPU322"),
    "floods": (
        "import os\nfor _ in range(1600):\n    [os.write(fd, b'x' * 32768) for fd in (1, 2)]\n",
        None,
    ),
    "closes its descriptors": ("import os\nos.closerange(0, 256)\n", None),
    "leaves a grandchild that holds the output": (
        "import subprocess\nsubprocess.Popen(['sleep', '600'])\n",
        None,
    ),
    "leaves a grandchild in a session of its own": (
        "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n",
        None,
    ),
    "writes half a result": (
        "import os, sys\nopen(sys.argv[1], 'a').write('{\"fact\": [[')\nos._exit(0)\n",
        "GPU322",
    ),
}


def machine(folder: Path, text: str | None = None) -> Machine:
    """Return a healthy machine with one GPU."""
    return Machine(folder, text or scenario("550.54.15", "12.4", [gpu("RTX 4090")]))


def doctor(here: Machine) -> Outcome:
    """Run the doctor and check what must hold whatever breaks."""
    seen = here.doctor("--timeout", str(TIMEOUT_S))
    assert seen.exit_code in {0, 1, 4}, seen.stderr
    assert "Traceback" not in seen.stderr
    assert seen.report["facts"]["elapsed_s"] < TIMEOUT_S + GRACE_S
    assert not seen.left_behind
    return seen


def outcomes(seen: Outcome) -> dict[str, str]:
    """Return how each section was obtained."""
    facts = seen.report["facts"]
    sections = ("machine", "driver", "cuda_driver", "toolkit", "packages")
    return {name: facts[name]["outcome"] for name in sections} | {
        name: part["outcome"] for name, part in facts["frameworks"].items()
    }


@pytest.mark.parametrize("call", NVML_CALLS)
@pytest.mark.parametrize(
    ("fault", "outcome", "rule"),
    [
        ("hang", "timed_out", "GPU120"),
        ("segfault", "crashed", "GPU121"),
        ("abort", "crashed", "GPU121"),
        ("exit", "exited", "GPU121"),
    ],
)
def test_nvml_fault(tmp_path: Path, call: str, fault: str, outcome: str, rule: str) -> None:
    """NVML hangs, crashes or exits in any call: one finding about the driver, the rest intact."""
    faults = {fault: {call: 7} if fault == "exit" else (call,)}
    here = machine(tmp_path, scenario("550.54.15", "12.4", [gpu("RTX 4090")], **faults))  # type: ignore[arg-type]
    here.install_torch("2.6.0+cu124", CU124)
    seen = doctor(here)
    assert seen.rules[0] == rule
    assert call in seen.report["facts"]["driver"]["stage"]
    assert outcomes(seen) | {"driver": outcome} == outcomes(seen)
    others = {name: how for name, how in outcomes(seen).items() if name != "driver"}
    assert set(others.values()) <= {"ok", "absent"}


@pytest.mark.parametrize("fault", ["hang", "segfault"])
def test_libcuda_fault(tmp_path: Path, fault: str) -> None:
    """Libcuda hangs or crashes in cuInit: the driver is blamed, PyTorch's fault follows from it."""
    faults = {fault: ("cuInit",)}
    here = machine(tmp_path, scenario("550.54.15", "12.4", [gpu("RTX 4090")], **faults))  # type: ignore[arg-type]
    here.install_torch("2.6.0+cu124", CU124)
    seen = doctor(here)
    assert seen.rules == ["GPU120" if fault == "hang" else "GPU121"]
    assert seen.report["findings"][0]["consequences"]
    assert outcomes(seen)["driver"] == "ok"


def test_old_driver_without_newer_symbols(tmp_path: Path) -> None:
    """Symbols that an old driver lacks cost single facts, not the report."""
    here = Machine(tmp_path)
    text = scenario("418.226.00", "10.1", [gpu("V100")])
    missing = (
        "nvmlDeviceGetMemoryInfo_v2",
        "*_v3",
        "nvmlDeviceGetGpuFabricInfo*",
        "*EventReasons*",
    )
    here.environ |= fake_nvml.install(tmp_path / "driver", text, nvml_missing=missing)
    seen = doctor(here)
    (card,) = seen.report["facts"]["driver"]["value"]["gpus"]
    assert card["name"]
    assert card["memory_semantics"] == "v1"
    assert seen.rules == []


def test_gpu_lost_midway(tmp_path: Path) -> None:
    """A GPU that falls off the bus while it is asked loses its own facts only."""
    text = scenario("550.54.15", "12.4", [gpu("A100"), gpu("A100")], lost={0: 5})
    seen = doctor(machine(tmp_path, text))
    first, second = seen.report["facts"]["driver"]["value"]["gpus"]
    assert "NVML_ERROR_GPU_IS_LOST" in first["unavailable"].values()
    assert second["temperature_c"]


@pytest.mark.parametrize("fault", IMPORT_FAULTS)
def test_import_fault(tmp_path: Path, fault: str) -> None:
    """A framework's import does its worst: the fault is found and the other facts are intact."""
    code, rule = IMPORT_FAULTS[fault]
    here = machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124, before=code)
    seen = doctor(here)
    assert seen.rules == ([rule] if rule else [])
    others = {name: how for name, how in outcomes(seen).items() if name != "torch"}
    assert set(others.values()) <= {"ok", "absent"}


def test_nvcc_that_never_returns(tmp_path: Path) -> None:
    """An nvcc that hangs is named with the reason; other facts of the toolkit stay."""
    here = machine(tmp_path)
    nvcc = write(tmp_path / "bin" / "nvcc", "#!/bin/sh\nsleep 600\n")
    nvcc.chmod(0o755)
    here.environ["PATH"] = f"{nvcc.parent}:{here.environ['PATH']}"
    seen = doctor(here)
    listed = seen.report["facts"]["toolkit"]["value"]["nvccs"]
    assert str(nvcc) in {item["path"] for item in listed}
    assert "toolkit_cuda" not in next(item for item in listed if item["path"] == str(nvcc))


def test_unreadable_site_folder(tmp_path: Path) -> None:
    """A folder of packages that cannot be listed is reported; the others are read."""
    here = machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    here.environ["PYTHONPATH"] = str(loop)
    seen = here.doctor("--no-import")
    packages = seen.report["facts"]["packages"]
    assert packages["outcome"] == "ok"
    assert packages["value"]["unreadable_folders"] == [str(loop)]
    assert {d["name"] for d in packages["value"]["distributions"]} >= {"torch"}


def test_target_that_is_no_python(tmp_path: Path) -> None:
    """An interpreter that cannot start gives "could not judge", with the machine's facts."""
    here = machine(tmp_path)
    broken = write(tmp_path / "python-broken", "#!/nonexistent/interpreter\n")
    broken.chmod(0o755)
    seen = here.run("doctor", "--python", str(broken), "--format", "json")
    assert seen.exit_code == 4
    assert seen.report["facts"]["packages"]["outcome"] == "not_started"
    assert seen.report["facts"]["driver"]["outcome"] == "ok"
    assert "GPU904" in seen.notes
