"""CuPy: which CUDA it was built for, and whether it can use a GPU.

Wheels say it in their name, and since 9.0 in cupy/.data/_wheel.json:

    {"cuda": "11.2", "packaging": "pip", "cudnn": {"version": "8.1.0", ...}}    cupy-cuda112
    {"cuda": "12.x", "packaging": "pip", "nccl": {"version": "2.25.1", ...}}    cupy-cuda12x

"12.x" runs with any CUDA 12; which one compiled it is only known after the import
(cupy wheels 4.0 to 14.2, 2026-11). Distribution `cupy` is a build from source.
"""

import json
import os

NAME = "cupy"
MODULE = "cupy"
DISTRIBUTIONS = ("cupy", "cupy-cuda*", "cupy-rocm*", "cupy-core")


def read_build(installed):
    """Return what _wheel.json and the distribution's name tell."""
    distribution = installed.distribution or ""
    if distribution.startswith("cupy-rocm"):
        return {"is_cuda_build": False, "is_rocm_build": True, "build_source": distribution}
    wheel = json.loads(installed.text(os.path.join(".data", "_wheel.json")) or "{}")
    cuda = wheel.get("cuda")
    source = "cupy/.data/_wheel.json"
    if not cuda and distribution.startswith("cupy-cuda"):
        digits = distribution[len("cupy-cuda") :]  # "112", "80", "12x"
        cuda, source = digits[:-1] + "." + digits[-1:], distribution
    if not cuda:
        return {}
    fields = {"is_cuda_build": True, "is_rocm_build": False, "build_source": source}
    fields["built_for_cuda_major"] = int(cuda.split(".")[0])
    if not cuda.endswith(".x"):
        fields["built_for_cuda"] = cuda
    fields["built_for_cudnn"] = (wheel.get("cudnn") or {}).get("version")
    return fields


def probe(say):
    """Import cupy and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [built_for_cuda, runtime_cuda, devices], [])


def built_for_cuda(ask, cupy):
    """Report release and build."""
    ask.fact("release", cupy.__version__)
    is_rocm_build = bool(getattr(cupy.cuda.runtime, "is_hip", False))
    ask.fact("is_rocm_build", is_rocm_build)
    ask.fact("is_cuda_build", not is_rocm_build)
    if not is_rocm_build:
        ask.fact("built_for_cuda", ask.cuda_text(cupy.cuda.driver.get_build_version()))
        ask.fact("build_source", "cupy.cuda.driver.get_build_version()")


def runtime_cuda(ask, cupy):
    """Report the CUDA runtime, which is linked into CuPy: no file of that name is loaded."""
    ask.stage("cupy.cuda.runtime.runtimeGetVersion()")
    ask.fact("runtime_cuda", ask.cuda_text(cupy.cuda.runtime.runtimeGetVersion()))


def devices(ask, cupy):
    """Report the GPUs; asking for their properties makes no context on them."""
    ask.stage("cupy.cuda.runtime.getDeviceCount()")
    count = 0
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception as error:
        ask.gpu_error(error)
    ask.fact("is_gpu_usable", count > 0)
    ask.fact("devices", [])
    for ordinal in range(count):
        seen = cupy.cuda.runtime.getDeviceProperties(ordinal)
        device = {"ordinal": ordinal, "name": ask.clean(seen["name"])}
        device["compute_capability"] = "%d.%d" % (seen["major"], seen["minor"])
        device["memory_total_bytes"] = seen["totalGlobalMem"]
        ask.fact("devices", ordinal, device)
