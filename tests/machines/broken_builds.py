"""Broken machines: toolkits and libraries (2xx), builds of frameworks (3xx)."""

from __future__ import annotations

from typing import Any

from gpucheck.facts import (
    Companion,
    CudnnInstall,
    Facts,
    Framework,
    GpuProcess,
    HostCompiler,
    LoadedLibrary,
    LoaderLibrary,
    Nvcc,
)
from gpucheck.versions import CudnnVersion, ToolkitCuda
from machines.broken_parts import (
    ALL_12,
    CUPY,
    GIB,
    JAX,
    JAX_12,
    ONNXRUNTIME,
    REAL,
    SITE,
    TENSORFLOW,
    TORCH,
    WHEELS_12,
    blind,
    box,
    broken,
    card,
    changed,
    ended,
    four_blind,
    machine,
    requiring,
)
from make import MIB, framework, torch

WINDOWS: dict[str, Any] = {
    "os_name": "Windows",
    "os_title": "Windows 11 Pro 24H2",
    "distribution": None,
    "distribution_like": (),
    "distribution_release": None,
    "kernel_release": "10.0.26100",
    "architecture": "AMD64",
    "libc_name": None,
    "libc_release": None,
    "device_nodes": None,
    "kernel_modules": None,
    "kernel_module_release": None,
    "kernel_module_flavour": None,
    "kernel_module_on_disk": None,
    "kernel_log": None,
    "shm_bytes": None,
    "pci_displays": None,
}
TORCH_13 = "2.9.1+cu130"


def nvcc(path: str, cuda: str, *found_via: str) -> Nvcc:
    """Return a compiler."""
    parsed = ToolkitCuda.parse(cuda)
    return Nvcc(path=path, real_path=path, toolkit_cuda=parsed, found_via=found_via)


def with_toolkit(made: Facts, *nvccs: Nvcc, **more: Any) -> Facts:
    """Return the facts with compilers, libraries and what else a toolkit has."""
    return changed(made, "toolkit", nvccs=nvccs, **more)


def cudnn(text: str) -> CudnnVersion:
    """Return a version of cuDNN."""
    return CudnnVersion.parse(text)


def windows(**more: Any) -> Facts:
    """Return a Windows machine."""
    gpus = more.pop("gpus", None) or [
        card("RTX 4090", driver_model="WDDM", is_persistence_on=None, is_display_active=True)
    ]
    surroundings = WINDOWS | more.pop("machine", {})
    made = box(gpus=gpus, driver=more.pop("driver", "581.57"), machine=surroundings, **more)
    made = changed(made, "driver", library_path=r"C:\Windows\System32\nvml.dll")
    return changed(made, "cuda_driver", library_path=r"C:\Windows\System32\nvcuda.dll")


def on_the_cpu(name: str, release: str, **changes: Any) -> Framework:
    """Return a build without CUDA."""
    return framework(name, release, None, devices=(), is_gpu_usable=False, **changes)


NVJITLINK = (
    f"{SITE}/torch/lib/../../nvidia/cusparse/lib/libcusparse.so.12: undefined symbol:"
    " __nvJitLinkComplete_12_4, version libnvJitLink.so.12"
)

LIBRARIES = (
    machine(
        "three CUDA numbers that all fit: driver 13.0, nvcc 12.8, torch 12.8",
        with_toolkit(
            box(torch=TORCH, distributions=dict(WHEELS_12)),
            nvcc("/usr/local/cuda/bin/nvcc", "12.8", "PATH", "/usr/local/cuda"),
        ),
        "GPU201",
    ),
    machine(
        "nvcc 13.0 above a driver for CUDA 12.4",
        with_toolkit(
            box(
                gpus=["RTX 3090"],
                driver="550.127.05",
                torch=torch("2.6.0+cu124"),
                environment={"CUDA_HOME": "/usr/local/cuda-13.0"},
            ),
            nvcc("/usr/local/cuda-13.0/bin/nvcc", "13.0", "PATH", "CUDA_HOME"),
        ),
        "GPU202 > GPU201",
        "GPU207",
        "GPU119",
    ),
    machine(
        "nvcc of CUDA 12.8 on PATH, CUDA_HOME still at 11.8",
        with_toolkit(
            box(
                torch=TORCH,
                distributions=dict(WHEELS_12),
                environment={"CUDA_HOME": "/usr/local/cuda-11.8"},
            ),
            nvcc("/usr/local/cuda-12.8/bin/nvcc", "12.8", "PATH"),
            nvcc("/usr/local/cuda-11.8/bin/nvcc", "11.8", "CUDA_HOME"),
        ),
        "GPU203 > GPU207 GPU201",
    ),
    machine(
        "CUDA_HOME names a folder that was removed",
        with_toolkit(
            box(torch=TORCH_13, environment={"CUDA_HOME": "/usr/local/cuda-12.3"}),
            cuda_home_problems={"CUDA_HOME": "no such folder"},
        ),
        "GPU204",
    ),
    machine(
        "Debian 13's gcc 14 beside a CUDA 12.2 toolkit",
        with_toolkit(
            box(
                torch=torch("2.1.2+cu121"),
                python="3.11.9",
                environment={"CUDA_HOME": "/usr/local/cuda-12.2"},
                machine={
                    "distribution": "debian",
                    "distribution_like": (),
                    "distribution_release": "13",
                    "os_title": "Debian GNU/Linux 13",
                    "libc_release": "2.41",
                    "kernel_release": "6.12.48+deb13-amd64",
                },
            ),
            nvcc("/usr/local/cuda-12.2/bin/nvcc", "12.2", "PATH", "CUDA_HOME"),
            host_compilers=(HostCompiler(name="gcc", path="/usr/bin/gcc", release="14.2.0"),),
        ),
        "GPU206",
        "GPU207 > GPU201",
    ),
    machine(
        "nvcc 11.5 of Ubuntu's package, torch built for 12.8",
        with_toolkit(
            box(torch=TORCH, distributions=WHEELS_12 | {"deepspeed": "0.17.6"}),
            nvcc("/usr/bin/nvcc", "11.5", "PATH"),
        ),
        "GPU207 > GPU201",
    ),
    machine(
        "LD_LIBRARY_PATH puts CUDA 12.1's nvJitLink before the wheel's",
        with_toolkit(
            box(
                gpus=["RTX 4090"],
                driver="550.90.07",
                torch=broken(
                    torch("2.5.1+cu124"), NVJITLINK, undefined_symbol="__nvJitLinkComplete_12_4"
                ),
                distributions={
                    "nvidia-nvjitlink-cu12": "12.4.127",
                    "nvidia-cusparse-cu12": "12.3.1.170",
                },
                environment={"LD_LIBRARY_PATH": "/usr/local/cuda-12.1/lib64"},
            ),
            loader_libraries=(
                LoaderLibrary(
                    soname="libnvJitLink.so.12",
                    path="/usr/local/cuda-12.1/lib64/libnvJitLink.so.12",
                    found_via="LD_LIBRARY_PATH",
                ),
            ),
        ),
        "GPU208 > GPU321",
        "GPU119",
        origin=REAL,  # https://github.com/infiniflow/ragflow/issues/4466
    ),
    machine(
        "the toolkit's stubs on the loader's path: CUDA stays a stub",
        changed(
            with_toolkit(
                box(
                    cuda_error=34,
                    environment={"LD_LIBRARY_PATH": "/usr/local/cuda-12.8/lib64/stubs"},
                    **four_blind(34),
                ),
                nvcc("/usr/local/cuda-12.8/bin/nvcc", "12.8", "PATH"),
                loader_libraries=(
                    LoaderLibrary(
                        soname="libcuda.so.1",
                        path="/usr/local/cuda-12.8/lib64/stubs/libcuda.so.1",
                        found_via="LD_LIBRARY_PATH",
                    ),
                ),
            ),
            "cuda_driver",
            library_path="/usr/local/cuda-12.8/lib64/stubs/libcuda.so.1",
        ),
        "GPU209 > GPU127 GPU324 GPU324 GPU324 GPU324",
        "GPU201",
    ),
    machine(
        "a torch whose cuDNN was uninstalled",
        box(
            driver="550.127.05",
            torch=broken(
                torch("2.6.0+cu124", built_for_cudnn=cudnn("9.1.0")),
                "libcudnn.so.9: cannot open shared object file: No such file or directory",
                missing_library="libcudnn.so.9",
            ),
            distributions={k: v for k, v in WHEELS_12.items() if "cudnn" not in k},
        ),
        "GPU210 > GPU321",
        "GPU119",
    ),
    machine(
        "parts of two cuDNN releases: the system's and the wheel's",
        with_toolkit(
            box(
                driver="550.127.05",
                torch=torch(
                    "2.6.0+cu124",
                    built_for_cudnn=cudnn("9.1.0"),
                    loaded_cudnn=cudnn("9.1.0"),
                    printed=(
                        "RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH",
                    ),
                    loaded_libraries=(
                        LoadedLibrary(
                            soname="libcudnn.so.9", path=f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9"
                        ),
                        LoadedLibrary(
                            soname="libcudnn_graph.so.9",
                            path="/usr/local/cuda/lib64/libcudnn_graph.so.9.5.1",
                        ),
                    ),
                ),
                distributions={"nvidia-cudnn-cu12": "9.1.0.70"},
                environment={"LD_LIBRARY_PATH": "/usr/local/cuda/lib64"},
            ),
            cudnn_installs=(
                CudnnInstall(
                    path="/usr/local/cuda/lib64/libcudnn_graph.so.9.5.1",
                    version=cudnn("9.5.1"),
                    found_via="LD_LIBRARY_PATH",
                ),
            ),
        ),
        "GPU211",
        "GPU119",
    ),
    machine(
        "a GTX 1080 Ti with a cuDNN that dropped it",
        box(
            gpus=["GTX 1080 Ti"],
            torch=torch(
                "2.7.1+cu126", built_for_cudnn=cudnn("9.5.1"), loaded_cudnn=cudnn("9.12.0")
            ),
            distributions={"nvidia-cudnn-cu12": "9.12.0.46"},
        ),
        "GPU212",
        "GPU201",
        origin=REAL,  # https://github.com/pytorch/pytorch/issues/162574
    ),
    machine(
        "an image's cuda-compat in front of the driver on an RTX 3060",
        changed(
            box(
                gpus=["RTX 3060"],
                driver="525.147.05",
                cuda_error=804,
                machine={"is_container": True, "container_kind": "docker"},
                environment={
                    "LD_LIBRARY_PATH": "/usr/local/cuda/compat",
                    "NVIDIA_VISIBLE_DEVICES": "all",
                    "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
                },
                torch=blind(
                    torch("2.4.1+cu124"),
                    "RuntimeError: Error 804: forward compatibility"
                    " was attempted on non supported HW",
                ),
            ),
            "cuda_driver",
            library_path="/usr/local/cuda/compat/libcuda.so.1",
        ),
        "GPU213 > GPU127 GPU324",
        "GPU119",
        "GPU327 > GPU201",
        origin=REAL,  # https://github.com/mistralai/mistral-inference/issues/144
    ),
    machine(
        "CUDA 13's nvcc and a V100, for which it compiles no more",
        with_toolkit(
            box(gpus=["V100"], environment={"CUDA_HOME": "/usr/local/cuda-13.0"}),
            nvcc("/usr/local/cuda-13.0/bin/nvcc", "13.0", "PATH", "CUDA_HOME"),
        ),
        "GPU214",
    ),
    machine(
        "CentOS 7 and a torch that needs a newer glibc",
        box(
            gpus=["T4"],
            driver="550.127.05",
            machine={
                "distribution": "centos",
                "distribution_like": ("rhel", "fedora"),
                "distribution_release": "7",
                "os_title": "CentOS Linux 7",
                "libc_release": "2.17",
                "kernel_release": "3.10.0-1160.el7.x86_64",
            },
            torch=broken(
                torch("2.6.0+cu124"),
                "/lib64/libc.so.6: version `GLIBC_2.27' not found (required by"
                f" {SITE}/torch/lib/libtorch_cpu.so)",
            ),
        ),
        "GPU215 > GPU321",
        "GPU119",
    ),
    machine(
        "an old libstdc++ from a module system comes first",
        box(
            gpus=["A100"],
            torch=broken(
                torch(TORCH_13),
                "/opt/gcc-8/lib64/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by"
                f" {SITE}/torch/lib/libtorch_python.so)",
            ),
            environment={"LD_LIBRARY_PATH": "/opt/gcc-8/lib64"},
        ),
        "GPU216 > GPU321",
    ),
    machine(
        "Windows: onnxruntime's cuDNN is not on PATH",
        windows(
            frameworks=[
                framework(
                    "onnxruntime",
                    "1.23.2",
                    "12.8",
                    distribution="onnxruntime-gpu",
                    devices=(),
                    is_gpu_usable=False,
                    printed=(
                        "Could not locate zlibwapi.dll. Please make sure it is in your library"
                        " path!",
                    ),
                )
            ],
        ),
        "GPU217",
        "GPU201",
    ),
    machine(
        "libcuda.so.1 is a link that points to a removed release",
        with_toolkit(
            box(gpus=["RTX A6000"], torch=TORCH_13),
            loader_libraries=(
                LoaderLibrary(
                    soname="libcuda.so.1",
                    path="/usr/lib64/libcuda.so.1",
                    real_path="/usr/lib64/libcuda.so.550.54.15",
                    is_dangling=True,
                    found_via="ld.so.cache",
                ),
            ),
        ),
        "GPU218",
    ),
    machine(
        "CUDA 12 and CUDA 13 wheels side by side",
        box(
            driver="570.172.08",
            torch=TORCH,
            frameworks=[
                blind(
                    framework(
                        "cupy",
                        "13.6.0",
                        "13.0",
                        distribution="cupy-cuda13x",
                        built_for_cuda_major=13,
                    ),
                    "CUDARuntimeError: cudaErrorInsufficientDriver: CUDA driver version"
                    " is insufficient for CUDA runtime version",
                )
            ],
            distributions=WHEELS_12
            | {
                "nvidia-cuda-runtime": "13.0.96",
                "nvidia-cuda-nvrtc": "13.0.88",
                "nvidia-cublas": "13.1.0.3",
            },
        ),
        "GPU301 > GPU324 GPU119 GPU201",
        "GPU219",
    ),
    machine(
        "CUDA 13 wheels left over beside torch for CUDA 12, on a driver for 12",
        box(
            driver="570.172.08",
            torch=TORCH,
            distributions=WHEELS_12
            | {
                "nvidia-cuda-runtime": "13.0.96",
                "nvidia-cuda-nvrtc": "13.0.88",
                "nvidia-cublas": "13.1.0.3",
            },
        ),
        "GPU219",
        "GPU119",
    ),
    machine(
        "a GPU build of TensorFlow 2.13 beside an old toolkit's libraries",
        box(
            gpus=["T4"],
            driver="535.183.01",
            python="3.10.15",
            frameworks=[
                blind(
                    framework("tensorflow", "2.13.1", "11.8", built_for_cudnn=cudnn("8")),
                    "gpu_device.cc:1960] Cannot dlopen some GPU libraries. Please make sure the"
                    " missing libraries mentioned above are installed properly",
                )
            ],
        ),
        "GPU220 > GPU210 GPU324",
        "GPU119",
        "GPU201",
    ),
)

BUILDS = (
    machine(
        "driver 470 with CUDA 12 builds of torch, JAX and CuPy",
        box(
            gpus=["RTX 3090"],
            driver="470.256.02",
            frameworks=[
                blind(
                    TORCH,
                    "RuntimeError: The NVIDIA driver on your system is too old (found"
                    " version 11040).",
                ),
                blind(
                    JAX, "RuntimeError: Unable to initialize backend 'cuda': FAILED_PRECONDITION"
                ),
                blind(
                    CUPY,
                    "CUDARuntimeError: cudaErrorInsufficientDriver: CUDA driver version is"
                    " insufficient for CUDA runtime version",
                ),
            ],
            distributions=dict(ALL_12),
        ),
        # One cause, three findings of its rule: each names its own build and its own way out.
        "GPU301 > GPU324 GPU119 GPU201",
        "GPU301 > GPU324",
        "GPU301 > GPU324",
    ),
    machine(
        "Windows with torch from the package index: the CPU build",
        windows(torch=torch("2.9.1+cpu")),
        "GPU302",
    ),
    machine(
        "plain pip on an aarch64 server with a GH200: torch for the CPU",
        box(gpus=["H100"], machine={"architecture": "aarch64"}, torch=torch("2.5.1+cpu")),
        "GPU302",
    ),
    machine(
        "an RTX 5090 with torch for CUDA 11.8",
        box(gpus=["RTX 5090"], driver="570.172.08", torch=torch("2.0.1+cu118"), python="3.11.9"),
        "GPU303",
        "GPU119",
        "GPU201",
        origin=REAL,  # https://github.com/pBFSLab/DeepPrep/issues/233
    ),
    machine(
        "a TensorFlow that brings only PTX for an RTX 5090",
        box(
            gpus=["RTX 5090"],
            frameworks=[
                framework(
                    "tensorflow",
                    "2.19.0",
                    "12.5.1",
                    sass_targets=("sm_60", "sm_70", "sm_80", "sm_89"),
                    ptx_targets=("compute_90",),
                    printed=(
                        "TensorFlow was not built with CUDA kernel binaries compatible with"
                        " compute capability 12.0. CUDA kernels will be jit-compiled from PTX,"
                        " which could take 30 minutes or longer.",
                    ),
                )
            ],
            distributions=dict(WHEELS_12),
        ),
        "GPU304",
        "GPU201",
    ),
    machine(
        "TensorFlow 2.15 on native Windows",
        windows(
            frameworks=[on_the_cpu("tensorflow", "2.15.1", distribution="tensorflow-intel")],
            python="3.11.9",
        ),
        "GPU305",
    ),
    machine(
        "TensorFlow 2.19 without [and-cuda]",
        box(
            frameworks=[
                blind(
                    framework("tensorflow", "2.19.1", "12.5.1", built_for_cudnn=cudnn("9")),
                    "gpu_device.cc:2341] Cannot dlopen some GPU libraries. Please make sure the"
                    " missing libraries mentioned above are installed properly",
                )
            ],
        ),
        "GPU306 > GPU210 GPU220 GPU324",
        "GPU201",
    ),
    machine(
        "jax without its CUDA plugin",
        box(
            frameworks=[
                on_the_cpu(
                    "jax",
                    "0.7.2",
                    printed=(
                        "An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib"
                        " is not installed. Falling back to cpu.",
                    ),
                    companions=(Companion(name="jaxlib", release="0.7.2"),),
                )
            ],
            distributions={"jaxlib": "0.7.2"},
        ),
        "GPU307",
    ),
    machine(
        "jax whose plugin stayed at an older release",
        box(
            frameworks=[
                blind(
                    JAX,
                    "RuntimeError: Unknown backend cuda. Available backends are ['cpu']",
                    printed=(
                        "JAX plugin jax_cuda12_plugin version 0.6.2 is installed, but it is not"
                        " compatible with the installed jaxlib version 0.7.2, so it will not be"
                        " used.",
                    ),
                )
            ],
            distributions=WHEELS_12
            | {"jaxlib": "0.7.2", "jax-cuda12-plugin": "0.6.2", "jax-cuda12-pjrt": "0.6.2"},
        ),
        "GPU308 > GPU324",
        "GPU201",
    ),
    machine(
        "cupy for CUDA 11 beside a CUDA 12 toolkit",
        with_toolkit(
            box(
                frameworks=[
                    broken(
                        framework(
                            "cupy",
                            "13.6.0",
                            "11.8",
                            distribution="cupy-cuda11x",
                            built_for_cuda_major=11,
                        ),
                        "CuPy failed to load libnvrtc.so.11.2: OSError: libnvrtc.so.11.2: cannot"
                        " open shared object file: No such file or directory",
                        missing_library="libnvrtc.so.11.2",
                        kind="RuntimeError",
                    )
                ],
            ),
            nvcc("/usr/local/cuda-12.8/bin/nvcc", "12.8", "PATH", "/usr/local/cuda"),
            loader_libraries=(
                LoaderLibrary(
                    soname="libnvrtc.so.12",
                    found_via="ld.so.cache",
                    path="/usr/local/cuda-12.8/lib64/libnvrtc.so.12",
                ),
            ),
        ),
        "GPU309 > GPU220 GPU321",
        "GPU201",
    ),
    machine(
        "cupy-cuda11x and cupy-cuda12x in one environment",
        box(
            frameworks=[CUPY],
            distributions=WHEELS_12 | {"cupy-cuda11x": "13.6.0"},
            packages={"shared_modules": {"cupy": ("cupy-cuda11x", "cupy-cuda12x")}},
        ),
        "GPU310",
        "GPU201",
    ),
    machine(
        "onnxruntime beside onnxruntime-gpu on a T4",
        box(
            gpus=["T4"],
            frameworks=[on_the_cpu("onnxruntime", "1.23.2", distribution="onnxruntime")],
            distributions={"onnxruntime-gpu": "1.23.2"},
            packages={"shared_modules": {"onnxruntime": ("onnxruntime", "onnxruntime-gpu")}},
        ),
        "GPU311",
        origin=REAL,  # https://github.com/microsoft/onnxruntime/issues/26996
    ),
    machine(
        "onnxruntime-gpu for CUDA 12 where only CUDA 11 is installed",
        with_toolkit(
            box(
                gpus=["T4"],
                frameworks=[
                    blind(
                        ONNXRUNTIME,
                        "Failed to load library libonnxruntime_providers_cuda.so with error:"
                        " libcublasLt.so.12: cannot open shared object file: No such file or"
                        " directory",
                    )
                ],
            ),
            nvcc("/usr/local/cuda-11.8/bin/nvcc", "11.8", "PATH", "/usr/local/cuda"),
            loader_libraries=(
                LoaderLibrary(
                    soname="libcublasLt.so.11",
                    found_via="ld.so.cache",
                    path="/usr/local/cuda-11.8/lib64/libcublasLt.so.11",
                ),
            ),
        ),
        "GPU312 > GPU220",
        "GPU201",
    ),
    machine(
        "torchvision of another torch",
        box(
            torch=torch(
                "2.8.0+cu128", companions=(Companion(name="torchvision", release="0.20.1+cu124"),)
            ),
            distributions=WHEELS_12 | {"torchvision": "0.20.1+cu124"},
        ),
        "GPU313",
        "GPU201",
    ),
    machine(
        "flash-attn built for another torch",
        box(
            torch=torch(
                "2.8.0+cu128",
                printed=(
                    "ImportError: site-packages/flash_attn_2_cuda.cpython-312-x86_64-linux-gnu.so:"
                    " undefined symbol: _ZN3c104cuda9SetDeviceEab",
                ),
            ),
            distributions=WHEELS_12 | {"flash-attn": "2.7.4.post1"},
        ),
        "GPU314",
        "GPU201",
    ),
    machine(
        "Numba without a CUDA toolkit: no NVVM",
        box(
            frameworks=[
                framework(
                    "numba",
                    "0.61.2",
                    None,
                    is_cuda_build=None,
                    devices=(),
                    is_gpu_usable=False,
                    gpu_error="NvvmSupportError: libNVVM cannot be found. Do `conda install"
                    " cudatoolkit`:\nlibnvvm.so: cannot open shared object file",
                )
            ],
            distributions={"numba-cuda": "0.20.0"},
        ),
        "GPU315",
    ),
    machine(
        "Numba with an NVVM newer than the driver",
        box(
            gpus=["RTX 3090"],
            driver="535.183.01",
            frameworks=[
                framework(
                    "numba",
                    "0.61.2",
                    None,
                    is_cuda_build=None,
                    devices=(),
                    is_gpu_usable=False,
                    companions=(Companion(name="numba_cuda", release="0.20.0"),),
                    gpu_error="numba.cuda.cudadrv.driver.LinkerError: [222] Call to cuLinkAddData"
                    " results in UNSUPPORTED_PTX_VERSION",
                )
            ],
            distributions={
                "numba-cuda": "0.20.0",
                "nvidia-cuda-nvcc-cu12": "12.9.86",
                "nvidia-cuda-nvrtc-cu12": "12.9.86",
                "nvidia-cuda-runtime-cu12": "12.9.79",
            },
        ),
        "GPU316",
        "GPU119",
    ),
    machine(
        "tensorflow-gpu 2.12: an empty package",
        box(frameworks=[], distributions={"tensorflow-gpu": "2.12.0"}, python="3.11.9"),
        "GPU317",
    ),
    machine(
        "tensorflow and tensorflow-cpu over each other",
        box(
            frameworks=[on_the_cpu("tensorflow", "2.20.0", distribution="tensorflow-cpu")],
            distributions=WHEELS_12 | {"tensorflow": "2.20.0"},
            packages={"shared_modules": {"tensorflow": ("tensorflow", "tensorflow-cpu")}},
        ),
        "GPU318 > GPU302",
    ),
    machine(
        "Keras 3 beside TensorFlow 2.15",
        requiring(
            box(
                gpus=["T4"],
                driver="535.183.01",
                python="3.11.9",
                frameworks=[
                    framework(
                        "tensorflow",
                        "2.15.1",
                        "12.2",
                        built_for_cudnn=cudnn("8.9"),
                        companions=(Companion(name="keras", release="3.5.0"),),
                    )
                ],
                distributions={
                    "keras": "3.5.0",
                    "nvidia-cudnn-cu12": "8.9.7.29",
                    "nvidia-cublas-cu12": "12.2.5.6",
                    "nvidia-cuda-nvrtc-cu12": "12.2.140",
                    "nvidia-cuda-runtime-cu12": "12.2.140",
                    "nvidia-cuda-cupti-cu12": "12.2.142",
                    "nvidia-cuda-nvcc-cu12": "12.2.140",
                    "nvidia-cufft-cu12": "11.0.8.103",
                    "nvidia-curand-cu12": "10.3.3.141",
                    "nvidia-cusolver-cu12": "11.5.2.141",
                    "nvidia-cusparse-cu12": "12.1.2.141",
                    "nvidia-nccl-cu12": "2.16.5",
                    "nvidia-nvjitlink-cu12": "12.2.140",
                },
            ),
            "tensorflow",
            "keras<2.16,>=2.15.0",
        ),
        "GPU319",
        "GPU119",
    ),
    machine(
        "MXNet on an RTX 4090",
        box(
            frameworks=[
                framework(
                    "mxnet",
                    "1.9.1",
                    None,
                    distribution="mxnet-cu112",
                    is_cuda_build=True,
                    built_for_cuda_major=11,
                )
            ],
            python="3.8.20",
        ),
        "GPU320",
    ),
    machine(
        "torch without the sympy that it imports",
        box(
            torch=broken(
                torch(TORCH_13),
                "No module named 'sympy'",
                kind="ModuleNotFoundError",
                missing_module="sympy",
            ),
        ),
        "GPU321",
    ),
    machine(
        "a processor without AVX under TensorFlow",
        ended(
            box(
                gpus=["GTX 1650"],
                frameworks=[TENSORFLOW],
                distributions=dict(WHEELS_12),
                machine={"cpu_model": "Intel(R) Celeron(R) G4900", "memory_bytes": 8 * GIB},
            ),
            "tensorflow",
            outcome="crashed",
            signal="SIGILL",
            stage="import tensorflow",
            reason="ended by SIGILL",
        ),
        "GPU322",
        "GPU201",
    ),
    machine(
        "torch on a network file system that does not answer",
        ended(
            box(torch=TORCH_13),
            "torch",
            outcome="timed_out",
            stage="import torch",
            elapsed_s=60.0,
            reason="no answer within 60 s",
        ),
        "GPU323",
    ),
    machine(
        "JAX is told by a variable to use the CPU",
        box(
            frameworks=[blind(JAX)],
            environment={"JAX_PLATFORMS": "cpu"},
            distributions=WHEELS_12 | JAX_12,
        ),
        "GPU324",
        "GPU201",
    ),
    machine(
        "TensorFlow and PyTorch on one GPU: TensorFlow took the memory",
        box(
            gpus=[
                card(
                    "RTX 3060",
                    memory_used_bytes=11900 * MIB,
                    memory_free_bytes=388 * MIB,
                    processes=(
                        GpuProcess(
                            pid=20417, name="python3", is_alive=True, memory_bytes=11400 * MIB
                        ),
                    ),
                )
            ],
            torch=TORCH,
            frameworks=[
                framework(
                    "tensorflow",
                    "2.20.0",
                    "12.5.1",
                    built_for_cudnn=cudnn("9"),
                    printed=(
                        "Could not create cudnn handle: CUDNN_STATUS_INTERNAL_ERROR",
                        "failed to create cublas handle: cublas error",
                    ),
                )
            ],
            distributions=dict(WHEELS_12),
        ),
        "GPU114",
        "GPU325",
        "GPU201",
    ),
    machine(
        "torch for AMD's ROCm on an NVIDIA GPU",
        box(torch=torch("2.9.1+rocm6.4", is_rocm_build=True, devices=(), is_gpu_usable=False)),
        "GPU326",
    ),
    machine(
        "torch for CUDA 12.8 on driver 550",
        box(driver="550.127.05", torch=TORCH, distributions=dict(WHEELS_12)),
        "GPU119",
        "GPU327 > GPU201",
    ),
    machine(
        "an old jaxlib on Python 3.14",
        box(
            python="3.14.0",
            frameworks=[
                on_the_cpu(
                    "jax", "0.4.30", companions=(Companion(name="jaxlib", release="0.4.30"),)
                )
            ],
            distributions={"jaxlib": "0.4.30"},
        ),
        "GPU307",
    ),
)

MACHINES = (*LIBRARIES, *BUILDS)
