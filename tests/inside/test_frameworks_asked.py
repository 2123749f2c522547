"""Frameworks are asked for devices, libraries and reasons in their own terms.

Small modules with the parts of each framework's interface that is used stand in for it: what a
GPU answers can be told nowhere else without one. The real frameworks are in
`test_real_frameworks.py`, real GPUs in `tests/gpu/`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from environments import write
from inside.probing import as_framework, run_probe, told

BARE = (sys.executable, "-S")

TORCH = """
__version__ = "2.6.0+cu124"
class version: cuda = "12.4"; hip = None
class _C:
    _cuda_getArchFlags = staticmethod(lambda: "sm_80 sm_90a compute_90")
    class _cudnn: getCompileVersion = staticmethod(lambda: (9, 1, 0))
class cuda:
    is_available = staticmethod(lambda: True)
    device_count = staticmethod(lambda: 1)
    class get_device_properties:
        name = "H200"; major = 9; minor = 0; total_memory = 150 << 30
        def __init__(self, ordinal): pass
"""
TENSORFLOW = """
__version__ = "2.18.0"
class test: is_built_with_cuda = staticmethod(lambda: True)
class sysconfig:
    get_build_info = staticmethod(lambda: {"is_cuda_build": True, "cuda_version": "12.5.1"})
class config:
    list_physical_devices = staticmethod(lambda kind: ["/physical_device:GPU:0"])
    class experimental:
        get_device_details = staticmethod(
            lambda device: {"device_name": "H200", "compute_capability": (9, 0)}
        )
"""
JAX = """
__version__ = "0.8.0"
class Device: device_kind = "H200"; compute_capability = "9.0"
def devices(name):
    assert name == "cuda"
    return [Device]
"""
CUPY = """
__version__ = "13.6.0"
class cuda:
    class driver: get_build_version = staticmethod(lambda: 12040)
    class runtime:
        is_hip = False
        runtimeGetVersion = staticmethod(lambda: 12060)
        getDeviceCount = staticmethod(lambda: 1)
        getDeviceProperties = staticmethod(
            lambda i: {"name": b"H200", "major": 9, "minor": 0, "totalGlobalMem": 150 << 30}
        )
"""
NUMBA = """
import sys
__version__ = "0.61.0"
__path__ = []
class Device: name = b"H200"; compute_capability = (9, 0)
class cuda:
    is_available = staticmethod(lambda: True)
    cuda_error = staticmethod(lambda: None)
    list_devices = staticmethod(lambda: [Device])
"""
MXNET = """
__version__ = "1.9.1"
class context: num_gpus = staticmethod(lambda: 1)
"""
ONNXRUNTIME = """
__version__ = "1.21.0"
def get_available_providers(): return ["CUDAExecutionProvider", "CPUExecutionProvider"]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of packages that is on the path of the probes that the test runs."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "source", "seen"),
    [
        ("torch", TORCH, (True, "H200", "9.0", 150 << 30)),
        ("tensorflow", TENSORFLOW, (True, "H200", "9.0", None)),
        ("jax", JAX, (True, "H200", "9.0", None)),
        ("cupy", CUPY, (True, "H200", "9.0", 150 << 30)),
        ("numba", NUMBA, (True, "H200", "9.0", None)),
        ("mxnet", MXNET, (True, None, None, None)),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_lists_gpus(site: Path, name: str, source: str, seen: tuple[object, ...]) -> None:
    """A GPU that the framework lists is reported with what the framework says of it."""
    write(site / f"{name}.py", source)
    framework = as_framework(told(run_probe(BARE, f"frameworks/{name}")))
    (gpu,) = framework.devices or ()
    capability = gpu.compute_capability and str(gpu.compute_capability)
    found = (framework.is_gpu_usable, gpu.name, capability, gpu.memory_total_bytes)
    assert found == seen
    assert framework.gpu_error is None
    assert set(framework.unavailable) <= {"is_cuda_build", "built_for_cuda"}


def test_splits_what_was_compiled_in(site: Path) -> None:
    """Machine code and PTX of torch are told apart, and its versions are its own."""
    write(site / "torch.py", TORCH)
    torch = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert (torch.sass_targets, torch.ptx_targets) == (("sm_80", "sm_90a"), ("compute_90",))
    assert (str(torch.built_for_cuda), str(torch.built_for_cudnn)) == ("12.4", "9.1.0")


def test_onnxruntime_makes_no_promise(site: Path) -> None:
    """With the CUDA provider compiled in, whether it works stays unknown."""
    write(site / "onnxruntime.py", ONNXRUNTIME)
    found = as_framework(told(run_probe(BARE, "frameworks/onnxruntime")))
    assert (found.is_cuda_build, found.is_gpu_usable, found.devices) == (True, None, None)
    assert "is_gpu_usable" in found.unavailable


def test_tensorflow_says_why_on_stderr(site: Path) -> None:
    """What TensorFlow writes while it looks for GPUs is the reason for finding none."""
    says = "__import__('os').write(2, b'Cannot dlopen some GPU libraries\\n') and []"
    there = '["/physical_device:GPU:0"]'
    assert there in TENSORFLOW
    write(site / "tensorflow.py", TENSORFLOW.replace(there, says))
    found = as_framework(told(run_probe(BARE, "frameworks/tensorflow")))
    assert (found.is_gpu_usable, found.devices) == (False, ())
    assert found.gpu_error == "Cannot dlopen some GPU libraries"


def test_torch_before_its_device_listing_fails(site: Path) -> None:
    """When torch finds no GPU the reason is what torch.cuda.init() raises."""
    no_gpu = "    init = staticmethod(lambda: 1 / 0)\nclass other:\n"
    source = TORCH.replace("lambda: True", "lambda: False").replace(
        "    class get_device_properties", no_gpu + "    class get_device_properties"
    )
    write(site / "torch.py", source)
    found = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert (found.is_gpu_usable, found.devices) == (False, ())
    assert found.gpu_error == "ZeroDivisionError: division by zero"


def build_library(path: Path, source: str) -> None:
    """Compile a shared library."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler")
    command = [compiler, "-shared", "-fPIC", "-x", "c", "-o", str(path), "-"]
    subprocess.run(command, input=source, text=True, check=True, timeout=60)


def test_reports_loaded_libraries_and_their_releases(site: Path) -> None:
    """Libraries of the CUDA family are listed with their paths; two of them tell a release."""
    cudart, cudnn, other = (site / n for n in ("libcudart.so.12", "libcudnn.so.9", "libmine.so"))
    build_library(cudart, "int cudaRuntimeGetVersion(int *v) { *v = 12040; return 0; }")
    build_library(cudnn, "unsigned long cudnnGetVersion(void) { return 90100; }")
    build_library(other, "int nothing;")
    loads = [f"ctypes.CDLL({str(path)!r})\n" for path in (cudart, cudnn, other)]
    write(site / "torch.py", "import ctypes\n" + "".join(loads))
    torch = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert [(lib.soname, lib.path) for lib in torch.loaded_libraries or ()] == [
        ("libcudart.so.12", str(cudart)),
        ("libcudnn.so.9", str(cudnn)),
    ]
    assert (str(torch.runtime_cuda), str(torch.loaded_cudnn)) == ("12.4", "9.1.0")


def test_two_runtimes_have_no_single_release(site: Path) -> None:
    """With two libcudart loaded, both paths are named instead of one release."""
    paths = (site / "libcudart.so.11.0", site / "libcudart.so.12")
    for path in paths:
        build_library(path, "int cudaRuntimeGetVersion(int *v) { *v = 12040; return 0; }")
    write(site / "torch.py", f"import ctypes\nfor p in {list(map(str, paths))}: ctypes.CDLL(p)\n")
    torch = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert torch.runtime_cuda is None
    assert all(str(path) in torch.unavailable["runtime_cuda"] for path in paths)
