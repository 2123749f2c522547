"""The inspected Python environment: its interpreter, what is installed, how frameworks fare."""

from __future__ import annotations

from typing import Literal

from gpucheck.facts.section import Record
from gpucheck.versions import BuiltForCuda, ComputeCapability, CudnnVersion

FRAMEWORK_TITLES = {
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "cupy": "CuPy",
    "numba": "Numba",
    "mxnet": "MXNet",
    "onnxruntime": "ONNX Runtime",
}
"""What people call the frameworks; the keys are their import names."""


class Target(Record, frozen=True):
    """The Python environment that is inspected."""

    executable: str | None = None  # "/home/me/proj/.venv/bin/python"
    prefix: str | None = None  # the environment's folder: "/home/me/proj/.venv"
    found_via: str | None = None  # why this one: "$VIRTUAL_ENV", "--python", "./.venv"
    name: str | None = None  # what the user calls it: a conda environment's or kernel's name


class Distribution(Record, frozen=True):
    """An installed Python distribution that concerns GPUs."""

    name: str  # normalised: "nvidia-cudnn-cu12"
    release: str | None = None  # "9.1.0.70"
    folder: str | None = None  # the site-packages that holds it
    installer: str | None = None  # "pip", "uv", "conda"
    wheel_tags: tuple[str, ...] = ()  # ("cp312-cp312-manylinux_2_28_x86_64",)
    requires: tuple[str, ...] = ()  # Requires-Dist without extras
    is_editable: bool | None = None


class CondaPackage(Record, frozen=True):
    """A conda package that concerns GPUs."""

    name: str
    release: str | None = None
    build: str | None = None  # "py3.11_cuda12.1_cudnn8.9.2_0"
    channel: str | None = None


class ShadowingFile(Record, frozen=True):
    """A file that Python imports in place of an installed package of the same name."""

    module: str  # "torch"
    path: str  # "/home/me/proj/torch.py", "/home/me/pytorch/torch/__init__.py"
    found_via: Literal["current folder", "PYTHONPATH", "user site"]
    is_installation: bool | None = None  # its folder also holds metadata of the distribution


class OtherEnvironment(Record, frozen=True):
    """Another environment of this user that has frameworks; its files' names were listed."""

    executable: str | None = None  # "/home/me/miniconda3/envs/ml/bin/python"; None: user site
    prefix: str | None = None  # the environment's folder, or the user's site-packages
    name: str | None = None  # a conda environment's or Jupyter kernel's name
    found_via: str | None = None  # "conda's list of environments"
    frameworks: dict[str, str] = {}  # distribution → release: {"torch": "2.6.0"}


class Packages(Record, frozen=True):
    """What is installed in the target, read from its files without importing anything."""

    python_release: str | None = None  # "3.12.7"
    python_implementation: str | None = None  # "CPython"
    python_bits: int | None = None  # 32 or 64
    platform_tag: str | None = None  # sysconfig's platform: "linux-x86_64"
    prefix: str | None = None  # sys.prefix
    base_prefix: str | None = None  # of the interpreter that a venv was made from
    environment_kind: Literal["venv", "conda", "pixi", "uv", "poetry", "system"] | None = None
    has_pip: bool | None = None
    site_folders: tuple[str, ...] | None = None  # in import order
    unreadable_folders: tuple[str, ...] = ()
    leftover_entries: tuple[str, ...] = ()  # "~orch": left behind by an interrupted pip
    distribution_count: int | None = None  # all of them, not only those listed
    distributions: tuple[Distribution, ...] | None = None
    has_whole_list: bool | None = None  # of a report: whether what it does not list is absent
    conda_packages: tuple[CondaPackage, ...] | None = None
    shared_modules: dict[str, tuple[str, ...]] = {}  # module → distributions that all own it
    shadowing_files: tuple[ShadowingFile, ...] | None = None  # None: not looked for
    unavailable: dict[str, str] = {}


class LoadedLibrary(Record, frozen=True):
    """A CUDA library mapped into the process after the import."""

    soname: str  # "libcudnn.so.9"
    path: str


class ImportFailure(Record, frozen=True):
    """Why an import raised."""

    kind: str  # the exception's class: "ImportError"
    message: str
    missing_library: str | None = None  # "libcudnn.so.9"
    missing_module: str | None = None  # "triton"
    undefined_symbol: str | None = None
    traceback_tail: str = ""


class SeenDevice(Record, frozen=True):
    """A GPU as a framework lists it."""

    ordinal: int
    name: str | None = None
    compute_capability: ComputeCapability | None = None
    memory_total_bytes: int | None = None


class Companion(Record, frozen=True):
    """A package that goes with a framework: torchvision, keras, jaxlib, numba-cuda."""

    name: str
    release: str | None = None
    import_failure: ImportFailure | None = None


class Framework(Record, frozen=True):
    """One framework: how it was built, and what it found when it was imported.

    The build fields are read from files; the others need the import and stay unknown without it.
    """

    name: str  # "torch"
    distribution: str | None = None  # "tensorflow-cpu"
    release: str | None = None  # "2.6.0+cu124"
    folder: str | None = None  # the package's folder
    is_cuda_build: bool | None = None
    is_rocm_build: bool | None = None
    built_for_cuda: BuiltForCuda | None = None
    built_for_cuda_major: int | None = None  # where a name tells the major: 12 of "cupy-cuda12x"
    built_for_cudnn: CudnnVersion | None = None
    build_source: str | None = None  # the file that says so: "torch/version.py"
    sass_targets: tuple[str, ...] | None = None  # machine code inside: ("sm_80", "sm_90a")
    ptx_targets: tuple[str, ...] | None = None  # code for the driver's JIT: ("compute_90",)
    import_failure: ImportFailure | None = None
    import_s: float | None = None  # seconds the import took
    is_gpu_usable: bool | None = None  # the framework's own answer, e.g. torch.cuda.is_available()
    gpu_error: str | None = None  # what it said when asked for devices
    devices: tuple[SeenDevice, ...] | None = None  # GPUs it lists
    runtime_cuda: BuiltForCuda | None = None  # of the libcudart in use
    loaded_cudnn: CudnnVersion | None = None
    loaded_libraries: tuple[LoadedLibrary, ...] | None = None
    companions: tuple[Companion, ...] = ()
    warnings: tuple[str, ...] = ()  # Python warnings raised meanwhile
    printed: tuple[str, ...] = ()  # the last lines that it printed while it was imported and asked
    unavailable: dict[str, str] = {}
