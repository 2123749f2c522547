"""What the release and the package of a framework tell of its build, where its files are not there.

    torch 2.1.0+cu118                          CUDA 11.8
    pytorch 2.1.0 py3.11_cuda12.1_cudnn8.9.2_0 CUDA 12.1, cuDNN 8.9.2       conda's build
    cupy-cuda12x                               CUDA of major 12
    torch 1.3.0, from pip on Linux x86_64      the CUDA of the index's default build

In: names and the tables. Out: fields of a `Framework`; what a name does not tell is left out.
"""

from __future__ import annotations

import re
from typing import Any

from gpucheck.facts import CondaPackage
from gpucheck.tables import Tables

_LOCAL_CUDA = re.compile(r"cu(\d{2,3})$")
_CONDA_CUDA = re.compile(r"cuda_?(\d{1,2}\.\d|\d{2,3})")
_CONDA_CUDNN = re.compile(r"cudnn(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)")
_NAMED_MAJOR = re.compile(r"-cu(?:da)?(\d{2})x?$")
_NAMED_CUDA = re.compile(r"-cu(?:da)?(\d{2,3})$")
_CPU_BUILD = re.compile(r"(?:^|_)cpu(?:_|$)")
_CONDA_NAMES = {
    "torch": ("pytorch", "pytorch-gpu", "pytorch-cpu", "pytorch-nightly"),
    "tensorflow": ("tensorflow", "tensorflow-base", "tensorflow-gpu", "tensorflow-cpu"),
    "jax": ("jaxlib",),
    "cupy": ("cupy", "cupy-core"),
    "mxnet": ("mxnet", "mxnet-gpu", "py-mxnet"),
    "onnxruntime": ("onnxruntime",),
    "numba": ("numba",),
}
CPU_MARKS = frozenset({"cpuonly", "cpu-only"})
"""conda packages that admit CPU builds of PyTorch only."""


def of_release(name: str, release: str) -> dict[str, Any]:
    """Return what the local part of a release tells: "+cu118", "+cpu", "+rocm6.0"."""
    local = release.partition("+")[2]
    cuda = _LOCAL_CUDA.match(local)
    if cuda:
        return {"is_cuda_build": True, "built_for_cuda": _dotted(cuda[1])}
    if local.startswith("rocm"):
        return {"is_cuda_build": False, "is_rocm_build": True}
    return {"is_cuda_build": False} if local.startswith("cpu") and name == "torch" else {}


def of_distribution(distribution: str) -> dict[str, Any]:
    """Return what the name of a distribution tells: "cupy-cuda12x", "tensorflow-cpu"."""
    major, exact = _NAMED_MAJOR.search(distribution), _NAMED_CUDA.search(distribution)
    if distribution.startswith("cupy") and distribution.endswith("x") and major:
        return {"is_cuda_build": True, "built_for_cuda_major": int(major[1])}
    if exact and distribution.startswith(("cupy", "mxnet")):
        return {"is_cuda_build": True, "built_for_cuda": _dotted(exact[1])}
    if distribution in {"tensorflow-cpu", "onnxruntime", "mxnet"}:
        return {"is_cuda_build": False}
    if distribution in {"onnxruntime-gpu", "tensorflow-gpu"}:
        return {"is_cuda_build": True}
    return {}


def of_conda(name: str, packages: dict[str, CondaPackage]) -> dict[str, Any]:
    """Return what conda's build strings tell of a framework, with its release."""
    for package in filter(None, map(packages.get, _CONDA_NAMES.get(name, ()))):
        build = package.build or ""
        told: dict[str, Any] = {"release": package.release} if package.release else {}
        cuda, cudnn = _CONDA_CUDA.search(build), _CONDA_CUDNN.search(build)
        if cuda:
            told |= {"is_cuda_build": True, "built_for_cuda": _dotted(cuda[1])}
            if cudnn:
                told["built_for_cudnn"] = cudnn[1]
        elif (
            _CPU_BUILD.search(build)
            or "+cpu" in (package.release or "")
            or (name == "torch" and CPU_MARKS & set(packages))
        ):
            told["is_cuda_build"] = False
        return told
    return {}


def of_index(name: str, release: str, platform: str, tables: Tables) -> dict[str, Any]:
    """Return what the index's own build of a plain release is made for."""
    if name == "torch" and platform.startswith("linux"):  # for Windows it depends on the index
        for row in tables.torch_wheels.rows:
            if (row.torch, row.platform, row.is_index_default) == (release, platform, True):
                return {"is_cuda_build": True, "built_for_cuda": str(row.cuda)}
    if name == "tensorflow":
        for wheel in tables.tensorflow_wheels.rows:
            if (wheel.package, wheel.release, wheel.platform) == (name, release, platform):
                cuda = {"built_for_cuda": str(wheel.cuda)} if wheel.cuda else {}
                return {"is_cuda_build": wheel.is_cuda_build, **cuda}
    return {}


def _dotted(digits: str) -> str:
    """Return "11.8" for "118", "9.2" for "92" and "10.0" for "100"."""
    return digits if "." in digits else f"{digits[:-1]}.{digits[-1]}"
