"""A whole machine for tests: fake driver libraries, a throw-away environment, fake frameworks.

`Machine.doctor()` runs the real command in a process of its own, as a user would, against real
probes; only the driver below and the frameworks above are fakes.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

import fake_nvml
import gpucheck
from environments import install, make_environment

needs_fakes = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the fake driver libraries need Linux and a C compiler named cc",
)

TORCH_CUDA = """
import ctypes
from torch import version

class _Properties:
    def __init__(self, name, major, minor, total_memory):
        self.name, self.major, self.minor, self.total_memory = name, major, minor, total_memory

def init():
    if version.cuda is None:
        raise AssertionError("Torch not compiled with CUDA enabled")
    code = ctypes.CDLL("libcuda.so.1").cuInit(0)
    if code:
        raise RuntimeError("cuInit returned %d" % code)

def device_count():
    try:
        init()
    except Exception:
        return 0
    count = ctypes.c_int()
    ctypes.CDLL("libcuda.so.1").cuDeviceGetCount(ctypes.byref(count))
    return count.value

def is_available():
    return device_count() > 0

def get_device_properties(ordinal):
    return _Properties("a GPU", 8, 9, 1 << 30)
"""

TORCH_INIT = """
from torch.version import __version__

class _C:
    @staticmethod
    def _cuda_getArchFlags():
        return "{targets}"

from torch import cuda
"""


def torch_files(release: str, targets: str = "", before: str = "") -> dict[str, str]:
    """Return the files of a small PyTorch that asks the driver as the real one does.

    Args:
        release: "2.6.0+cu124" or "2.6.0+cpu".
        targets: what it says it is compiled for: "sm_80 sm_90".
        before: code that runs first when it is imported.
    """
    variant = release.partition("+")[2]
    cuda = f"{variant[2:-1]}.{variant[-1]}" if variant.startswith("cu") else None
    return {
        "torch/__init__.py": before + TORCH_INIT.replace("{targets}", targets),
        "torch/cuda.py": TORCH_CUDA,
        "torch/version.py": f"__version__ = {release!r}\ncuda = {cuda!r}\nhip = None\n",
    }


@dataclasses.dataclass
class Outcome:
    """What the command did."""

    exit_code: int
    stdout: str
    stderr: str
    marks: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        loaded: dict[str, Any] = json.loads(self.stdout)
        return loaded

    @property
    def rules(self) -> list[str]:
        """The rules of the root causes that are errors or warnings, in order."""
        return [f["rule"] for f in self.report["findings"] if f["severity"] != "note"]

    @property
    def notes(self) -> list[str]:
        """The rules of the notes."""
        return [f["rule"] for f in self.report["findings"] if f["severity"] == "note"]

    @property
    def left_behind(self) -> list[int]:
        """The processes that are still there."""
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._is_ours(entry)
        ]

    def _is_ours(self, process: Path) -> bool:
        try:
            return self.marks.encode() in (process / "environ").read_bytes()
        except OSError:
            return False


class Machine:
    """A folder with fake driver libraries and an environment with fake frameworks."""

    def __init__(self, folder: Path, scenario: str | None = None) -> None:
        self.folder = folder
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CUDA", "NVIDIA", "GPUCHECK", "VIRTUAL_ENV", "CONDA", "PYTHON"))
        }
        # Tables that the one who runs the tests has refreshed are not under test.
        self.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        self.python = make_environment(folder / "env")
        self.site = next((folder / "env").glob("lib*/python*/site-packages"))
        if scenario is not None:
            self.environ |= fake_nvml.install(folder / "driver", scenario)

    def install_torch(self, release: str, targets: str = "", before: str = "") -> None:
        """Install a small PyTorch."""
        install(self.site, "torch", release, torch_files(release, targets, before))

    def run(self, *arguments: str, timeout_s: float = 60) -> Outcome:
        """Run gpucheck as a command."""
        marks = f"GPUCHECK_TEST={uuid.uuid4().hex}"
        name, _, value = marks.partition("=")
        done = subprocess.run(
            [sys.executable, "-m", "gpucheck", *arguments],
            env=importable(self.environ | {name: value}),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr, marks)

    def doctor(self, *arguments: str, timeout_s: float = 60, with_smoke: bool = False) -> Outcome:
        """Run the doctor on the environment; JSON unless asked otherwise.

        The fake frameworks compute nothing, so smoke tests are left out unless they are wanted.
        """
        wanted = () if "--format" in arguments else ("--format", "json")
        wanted = wanted if with_smoke else ("--no-smoke", *wanted)
        python = ("--python", str(self.python))
        return self.run("doctor", *python, *wanted, *arguments, timeout_s=timeout_s)


def importable(environ: dict[str, str]) -> dict[str, str]:
    """Let the command find gpucheck where this test run found it, also in a bare checkout."""
    parent = str(Path(gpucheck.__file__).parents[1])
    if "site-packages" in parent:
        return environ
    paths = filter(None, [environ.get("PYTHONPATH"), parent])
    return environ | {"PYTHONPATH": os.pathsep.join(paths)}
