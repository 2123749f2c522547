"""CUDA toolkits, compilers and libraries outside the Python environment."""

from __future__ import annotations

from gpucheck.facts.section import Record
from gpucheck.versions import CudnnVersion, ToolkitCuda


class Nvcc(Record, frozen=True):
    """A CUDA compiler."""

    path: str
    real_path: str | None = None
    toolkit_cuda: ToolkitCuda | None = None
    found_via: tuple[str, ...] = ()  # ("PATH", "CUDA_HOME", "/usr/local/cuda", "conda", "wheel")
    error: str | None = None  # why its release is unknown: "did not answer within 5 s"


class HostCompiler(Record, frozen=True):
    """A C++ compiler that nvcc may call."""

    name: str  # "gcc", "clang", "cl"
    path: str
    release: str | None = None  # "12.2.0"


class CudnnInstall(Record, frozen=True):
    """A cuDNN on this machine: header or library."""

    path: str
    version: CudnnVersion | None = None
    found_via: str | None = None  # "LD_LIBRARY_PATH", "ld.so.cache", "CUDA_HOME", "wheel", "conda"


class LoaderLibrary(Record, frozen=True):
    """A CUDA library that the dynamic loader would find by name."""

    soname: str  # "libcudart.so.12"
    path: str
    real_path: str | None = None
    found_via: str | None = None  # "LD_LIBRARY_PATH" or "ld.so.cache", in the loader's order
    is_dangling: bool | None = None  # a link that points nowhere


class Toolkit(Record, frozen=True):
    """CUDA toolkits and libraries outside the Python environment."""

    nvccs: tuple[Nvcc, ...] | None = None
    host_compilers: tuple[HostCompiler, ...] | None = None
    cudnn_installs: tuple[CudnnInstall, ...] | None = None
    loader_libraries: tuple[LoaderLibrary, ...] | None = None
    cuda_home_problems: dict[str, str] = {}  # variable → why: {"CUDA_HOME": "no such folder"}
    unavailable: dict[str, str] = {}
