"""ONNX Runtime: whether it was built with the CUDA provider.

The build is in onnxruntime/capi/build_and_package_info.py, and in version_info.py of some builds:

    package_name = 'onnxruntime-gpu'
    __version__ = '1.21.0'
    cuda_version = '12.2'             # only in builds with CUDA

    use_cuda = True                   # version_info.py

The CUDA provider is a library of its own, beside them (onnxruntime-gpu wheels, 2026-11). Which
providers were compiled in is all that it tells: whether one works shows when a model is loaded.
"""

import os

NAME = "onnxruntime"
MODULE = "onnxruntime"
DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-rocm",
    "onnxruntime-training",
    "onnxruntime-qnn",
    "ort-nightly",
    "ort-nightly-gpu",
    "ort-gpu-nightly",
)
CUDA_PROVIDERS = (
    os.path.join("capi", "libonnxruntime_providers_cuda.so"),
    os.path.join("capi", "onnxruntime_providers_cuda.dll"),
)


def read_build(installed):
    """Return what the two build files and the provider's library tell."""
    build = installed.literals(os.path.join("capi", "version_info.py"))
    build.update(installed.literals(os.path.join("capi", "build_and_package_info.py")))
    if not build:
        return {}
    cuda = build.get("cuda_version")
    name = build.get("package_name")  # of two distributions in one folder, the one that won
    is_cuda_build = bool(cuda or build.get("use_cuda") or installed.has(*CUDA_PROVIDERS))
    return {
        "distribution": name,
        "release": build.get("__version__"),
        "is_cuda_build": is_cuda_build,
        "is_rocm_build": bool(build.get("rocm_version")),
        "built_for_cuda": cuda or None,
        "build_source": "onnxruntime/capi/build_and_package_info.py",
    }


def probe(say):
    """Import onnxruntime and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [is_gpu_usable], [])


def is_gpu_usable(ask, onnxruntime):
    """Report the providers that were compiled in; without CUDA's no GPU can be used."""
    ask.fact("release", onnxruntime.__version__)
    ask.stage("onnxruntime.get_available_providers()")
    providers = onnxruntime.get_available_providers()
    has_cuda = "CUDAExecutionProvider" in providers
    ask.fact("is_cuda_build", has_cuda)
    ask.fact("is_rocm_build", "ROCMExecutionProvider" in providers)
    ask.fact("build_source", "onnxruntime.get_available_providers()")
    if has_cuda:
        reason = "it tells which providers were compiled in, not which work"
        ask.fact("unavailable", "is_gpu_usable", reason)
        ask.fact("unavailable", "devices", reason)
    else:
        ask.fact("is_gpu_usable", has_cuda)
        ask.fact("devices", [])
        ask.fact("gpu_error", "providers: " + ", ".join(providers))
