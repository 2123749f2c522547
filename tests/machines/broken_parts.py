"""Parts of which the broken machines are made.

`box` is a healthy Linux machine with everything that a live snapshot shows, in one call; what a
defect changes is said at the machine. `pasted` is a report of which nothing is known but lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from gpucheck.facts import (
    ApiError,
    Companion,
    CudaDriver,
    DeviceNode,
    Driver,
    Facts,
    Framework,
    Gpu,
    ImportFailure,
    LoaderLibrary,
    Machine,
    Packages,
    PciDisplay,
    Section,
    SeenMessage,
    Target,
    Toolkit,
)
from gpucheck.versions import ComputeCapability, CudnnVersion
from machines.listed import ListedMachine
from make import GPUS, MIB, facts, framework, gpu, torch

GIB = 1 << 30
SITE = "/env/lib/python3.12/site-packages"
REAL: Literal["after a real report"] = "after a real report"

NVML_ERRORS = {
    # code: name, nvmlErrorString
    4: ("NVML_ERROR_NO_PERMISSION", "Insufficient Permissions"),
    9: ("NVML_ERROR_DRIVER_NOT_LOADED", "Driver Not Loaded"),
    12: ("NVML_ERROR_LIBRARY_NOT_FOUND", "NVML Shared Library Not Found"),
    18: ("NVML_ERROR_LIB_RM_VERSION_MISMATCH", "Driver/library version mismatch"),
    999: ("NVML_ERROR_UNKNOWN", "Unknown Error"),
}
CUDA_ERRORS = {
    # code: the driver's name, the runtime's name, their words
    34: ("CUDA_ERROR_STUB_LIBRARY", "cudaErrorStubLibrary", "CUDA driver is a stub library"),
    35: (
        "CUDA_ERROR_INVALID_VALUE",
        "cudaErrorInsufficientDriver",
        "CUDA driver version is insufficient for CUDA runtime version",
    ),
    100: ("CUDA_ERROR_NO_DEVICE", "cudaErrorNoDevice", "no CUDA-capable device is detected"),
    101: ("CUDA_ERROR_INVALID_DEVICE", "cudaErrorInvalidDevice", "invalid device ordinal"),
    304: (
        "CUDA_ERROR_OPERATING_SYSTEM",
        "cudaErrorOperatingSystem",
        "OS call failed or operation not supported on this OS",
    ),
    802: ("CUDA_ERROR_SYSTEM_NOT_READY", "cudaErrorSystemNotReady", "system not yet initialized"),
    803: (
        "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        "cudaErrorSystemDriverMismatch",
        "system has unsupported display driver / cuda driver combination",
    ),
    804: (
        "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
        "cudaErrorCompatNotSupportedOnDevice",
        "forward compatibility was attempted on non supported HW",
    ),
    999: ("CUDA_ERROR_UNKNOWN", "cudaErrorUnknown", "unknown error"),
}

WHEELS_12 = {
    # what torch 2.8.0+cu128 brings along (its own requirements)
    "nvidia-cublas-cu12": "12.8.4.1",
    "nvidia-cuda-cupti-cu12": "12.8.90",
    "nvidia-cuda-nvcc-cu12": "12.8.93",
    "nvidia-cuda-nvrtc-cu12": "12.8.93",
    "nvidia-cuda-runtime-cu12": "12.8.90",
    "nvidia-cudnn-cu12": "9.10.2.21",
    "nvidia-cufft-cu12": "11.3.3.83",
    "nvidia-curand-cu12": "10.3.9.90",
    "nvidia-cusolver-cu12": "11.7.3.90",
    "nvidia-cusparse-cu12": "12.5.8.93",
    "nvidia-nccl-cu12": "2.27.3",
    "nvidia-nvjitlink-cu12": "12.8.93",
}
JAX_12 = {"jaxlib": "0.7.2", "jax-cuda12-plugin": "0.7.2", "jax-cuda12-pjrt": "0.7.2"}


def machine(
    name: str,
    shown: Facts,
    *expected: str,
    origin: Literal["made up from the tables", "after a real report"] = "made up from the tables",
) -> ListedMachine:
    """Return a machine of the list."""
    return ListedMachine(name=name, facts=shown, origin=origin, expected=expected)


def card(model: str, index: int = 0, /, **changes: Any) -> Gpu:
    """Return an idle, healthy GPU with all that NVML tells of it."""
    made = gpu(model, index)
    total = made.memory_total_bytes or 0
    healthy = {
        "memory_used_bytes": 450 * MIB,
        "memory_free_bytes": total - 450 * MIB,
        "temperature_c": 38,
        "temperature_slowdown_c": 92,
        "power_w": 31.5,
        "power_limit_w": 300.0,
        "power_limit_default_w": 300.0,
        "pcie_generation": 1,
        "pcie_generation_max": 4,
        "pcie_width": 16,
        "pcie_width_max": 16,
        "compute_mode": "default",
        "is_persistence_on": True,
        "is_mig_enabled": False,
        "throttle_reasons": ("gpu_idle",),
        "processes": (),
    }
    return msgspec.structs.replace(made, **(healthy | changes))


def cards(model: str, count: int, /, **changes: Any) -> list[Gpu | str]:
    """Return several of a kind."""
    return [card(model, index, **changes) for index in range(count)]


def nodes(count: int, *, is_accessible: bool = True) -> tuple[DeviceNode, ...]:
    """Return the device files of that many GPUs."""
    names = (*map(str, range(count)), "ctl", "-uvm", "-uvm-tools")
    mode, owner = ("crw-rw-rw-", "root:root") if is_accessible else ("crw-rw----", "root:video")
    return tuple(
        DeviceNode(path=f"/dev/nvidia{name}", mode=mode, owner=owner, is_accessible=is_accessible)
        for name in names
    )


def bus(gpus: Sequence[Gpu | str], bound_to: str | None) -> tuple[PciDisplay, ...]:
    """Return the GPUs as the PCI bus lists them, bound to a kernel module."""
    ids = [each.pci_device_id if isinstance(each, Gpu) else GPUS[each][1] for each in gpus]
    return tuple(
        PciDisplay(
            address=f"0000:{index + 1:02x}:00.0",
            vendor_id="10de",
            device_id=device_id or "0000",
            pci_class="0300",
            kernel_driver=bound_to,
        )
        for index, device_id in enumerate(ids)
    )


def box(
    *,
    gpus: Sequence[Gpu | str] = ("RTX 4090",),
    driver: str | None = "580.95.05",
    machine: dict[str, Any] | None = None,
    nvml_error: int | None = None,
    cuda_error: int | None = None,
    **more: Any,
) -> Facts:
    """Return what `make.facts` does, with the fields of a live machine filled in."""
    shown = [card(each, i) if isinstance(each, str) else each for i, each in enumerate(gpus)]
    there = driver is not None and bool(shown)
    surroundings: dict[str, Any] = {
        "distribution_release": "24.04",
        "cpu_cores": 32,
        "memory_bytes": 128 * GIB,
        "shm_bytes": 64 * GIB,
        "is_root": False,
        "is_secure_boot": False,
        "kernel_log": (),
        "device_nodes": nodes(len(shown)) if there else (),
        "pci_displays": bus(shown, "nvidia" if there else None),
        "kernel_modules": ("nvidia", "nvidia_uvm", "nvidia_modeset", "nvidia_drm") if there else (),
        "kernel_module_flavour": _flavour(shown) if there else None,
        "kernel_module_on_disk": there,
    }
    made = facts(
        driver=driver,
        gpus=shown,
        machine=surroundings | (machine or {}),
        nvml_error=nvml_error,
        cuda_error=cuda_error,
        **more,
    )
    made = msgspec.structs.replace(made, collected_at="2026-11-21T10:00:00Z")
    has_libraries = there and nvml_error != 12 and not more.get("libcuda_error")
    made = _as_installed(made, driver if has_libraries else None)
    if nvml_error is not None or not there:
        made = _with_nvml_error(made, nvml_error or 12, driver)
    if cuda_error is not None and made.cuda_driver.value.init_error:
        name, _, words = CUDA_ERRORS[cuda_error]
        error = ApiError(call="cuInit", code=cuda_error, name=name, message=words)
        made = changed(made, "cuda_driver", init_error=error)
    return made


def _flavour(shown: Sequence[Gpu]) -> str:
    first = shown[0].compute_capability
    return "proprietary" if first and first < ComputeCapability.parse("7.5") else "open"


def _as_installed(made: Facts, driver: str | None) -> Facts:
    """Return the facts with pip's folders, the loader's driver libraries, and ONNX Runtime's ways.

    ONNX Runtime tells which providers it was compiled with, not which devices it sees.
    """
    distributions = tuple(
        msgspec.structs.replace(each, installer="pip", folder=SITE)
        for each in made.packages.value.distributions or ()
    )
    made = changed(made, "packages", distributions=distributions, site_folders=(SITE,))
    machine = made.machine.value
    libraries = tuple(
        LoaderLibrary(
            soname=f"{name}.so.1",
            path=f"/usr/lib/x86_64-linux-gnu/{name}.so.1",
            real_path=f"/usr/lib/x86_64-linux-gnu/{name}.so.{driver}",
            found_via="ld.so.cache",
            is_dangling=False,
        )
        for name in ("libcuda", "libnvidia-ml")
        if driver is not None
    )
    if made.toolkit.is_ok and machine.os_name == "Linux" and not machine.is_wsl:
        made = changed(made, "toolkit", loader_libraries=libraries)
    frameworks = dict(made.frameworks)
    if "onnxruntime" in frameworks:
        part = frameworks["onnxruntime"]
        untold = msgspec.structs.replace(part.value, devices=None, is_gpu_usable=None)
        frameworks["onnxruntime"] = msgspec.structs.replace(part, value=untold)
    return msgspec.structs.replace(made, frameworks=frameworks)


def _with_nvml_error(made: Facts, code: int, driver: str | None) -> Facts:
    name, words = NVML_ERRORS[code]
    error = ApiError(call="nvmlInit_v2", code=code, name=name, message=words)
    # libnvidia-ml is there unless it could not be found.
    library = None if code == 12 else f"/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.{driver}"
    return changed(made, "driver", init_error=error, library_path=library)


def changed(made: Facts, section: str, **changes: Any) -> Facts:
    """Return the facts with fields of a section changed."""
    part = getattr(made, section)
    value = msgspec.structs.replace(part.value, **changes)
    return msgspec.structs.replace(made, **{section: msgspec.structs.replace(part, value=value)})


def requiring(made: Facts, name: str, *requires: str) -> Facts:
    """Return the facts with what a distribution's metadata requires."""
    distributions = tuple(
        msgspec.structs.replace(each, requires=requires) if each.name == name else each
        for each in made.packages.value.distributions or ()
    )
    return changed(made, "packages", distributions=distributions)


def ended(made: Facts, section: str, **how: Any) -> Facts:
    """Return the facts with a probe that did not end well: of a section or a framework."""
    frameworks = dict(made.frameworks)
    if section in frameworks:
        frameworks[section] = msgspec.structs.replace(frameworks[section], **how)
        return msgspec.structs.replace(made, frameworks=frameworks)
    part = getattr(made, section)
    empty = msgspec.structs.replace(part, value=type(part.value)(), **how)
    return msgspec.structs.replace(made, **{section: empty})


def pasted(*lines: str, **sections: Any) -> Facts:
    """Return a report of which nothing is known but these lines, and the sections given."""
    parts: dict[str, Any] = {
        "machine": Machine(),
        "driver": Driver(),
        "cuda_driver": CudaDriver(),
        "toolkit": Toolkit(),
        "packages": Packages(),
    }
    given: dict[str, Any] = {
        name: Section(outcome="ok", value=sections[name])
        if name in sections
        else Section(outcome="not_given", value=empty)
        for name, empty in parts.items()
    }
    return Facts(
        gpucheck_release="0",
        target=Target(found_via="a pasted report"),
        frameworks={},
        origin="report",
        messages=tuple(
            SeenMessage(text=line, where=f"the report, line {number}")
            for number, line in enumerate(lines, 1)
        ),
        **given,
    )


def blind(build: Framework, says: str = "", **changes: Any) -> Framework:
    """Return a framework that lists no GPU."""
    return msgspec.structs.replace(
        build, devices=(), is_gpu_usable=False, gpu_error=says or None, **changes
    )


def broken(build: Framework, message: str, **failure: Any) -> Framework:
    """Return a framework whose import raised."""
    kind = failure.pop("kind", "ImportError")
    return msgspec.structs.replace(
        build, import_failure=ImportFailure(kind=kind, message=message, **failure)
    )


TORCH = torch("2.8.0+cu128", built_for_cudnn=CudnnVersion.parse("9.10.2"))
TENSORFLOW = framework(
    "tensorflow",
    "2.20.0",
    "12.5.1",
    built_for_cudnn=CudnnVersion.parse("9"),
    companions=(Companion(name="keras", release="3.11.3"),),
)
JAX = framework("jax", "0.7.2", "12.9", companions=(Companion(name="jaxlib", release="0.7.2"),))
CUPY = framework("cupy", "13.6.0", "12.9", distribution="cupy-cuda12x", built_for_cuda_major=12)
ONNXRUNTIME = framework("onnxruntime", "1.23.2", "12.8", distribution="onnxruntime-gpu")

ALL_12 = WHEELS_12 | JAX_12
FOUR = (TORCH, TENSORFLOW, JAX, CUPY)


def four_blind(code: int) -> dict[str, Any]:
    """Return PyTorch, TensorFlow, JAX and CuPy that all say why they see no GPU, and their wheels.

    Each in its own form: the driver's error `code`, in the words of the CUDA library it asks.
    """
    name, runtime_name, words = CUDA_ERRORS[code]
    seen = (
        "RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions"
        " before calling NumCudaDevices() that might have already set an error?"
        f" Error {code}: {words}",
        "E0000 00:00:1795237062.632184 16404 cuda_platform.cc:51] failed call to cuInit: INTERNAL:"
        f" CUDA error: Failed call to cuInit: {name}: {words}\n"
        "W0000 00:00:1795237062.640000 16404 gpu_device.cc:2430] Skipping registering GPU devices",
        "RuntimeError: Unable to initialize backend 'cuda': INTERNAL: CUDA error: Failed call to"
        f" cuInit: {name}: {words}",
        f"CUDARuntimeError: {runtime_name}: {words}",
    )
    builds = [blind(build, says) for build, says in zip(FOUR, seen, strict=True)]
    return {"frameworks": builds, "distributions": dict(ALL_12)}


FOUR_BLIND = "GPU324 GPU324 GPU324 GPU324"
