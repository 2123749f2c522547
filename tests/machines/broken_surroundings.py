"""Broken machines: Python environments (4xx), containers, WSL, masks (5xx), programs (7xx)."""

from __future__ import annotations

from typing import Any

import msgspec

from gpucheck.facts import (
    CudaDevice,
    DeviceNode,
    LoaderLibrary,
    OtherEnvironment,
    PciDisplay,
    ShadowingFile,
)
from machines.broken_builds import TORCH_13, on_the_cpu, windows, with_toolkit
from machines.broken_parts import (
    CUPY,
    FOUR_BLIND,
    GIB,
    JAX,
    ONNXRUNTIME,
    TENSORFLOW,
    TORCH,
    WHEELS_12,
    blind,
    box,
    broken,
    bus,
    card,
    cards,
    changed,
    four_blind,
    machine,
    requiring,
)
from make import MIB, framework, torch

DOCKER = {"is_container": True, "container_kind": "docker", "distribution_release": "22.04"}
CUDA_IMAGE = {"NVIDIA_VISIBLE_DEVICES": "all", "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"}
NO_NODES = {"device_nodes": (), "kernel_log": None}
WSL = {
    "is_wsl": True,
    "wsl_generation": 2,
    "kernel_release": "6.6.87.2-microsoft-standard-WSL2",
    "pci_displays": (
        PciDisplay(
            address="78d2:00:00.0",
            vendor_id="1414",
            device_id="008e",
            pci_class="0302",
            kernel_driver="dxgkrnl",
        ),
    ),
    "device_nodes": (DeviceNode(path="/dev/dxg", mode="crw-rw-rw-", is_accessible=True),),
    "kernel_modules": ("dxgkrnl",),
    "kernel_module_release": None,
    "kernel_module_flavour": None,
    "kernel_module_on_disk": None,
}
NO_LIBCUDA = "libcuda.so.1: cannot open shared object file: No such file or directory"
FIVE = [TORCH, TENSORFLOW, JAX, CUPY, ONNXRUNTIME]
NUMPY_1 = "A module that was compiled using NumPy 1.x cannot be run in"


def five_without_driver() -> dict[str, Any]:
    """Return five frameworks as they speak where libcuda is missing; ONNX Runtime says nothing."""
    says = (
        "RuntimeError: Found no NVIDIA driver on your system. Please check that you have one",
        "cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.",
        "RuntimeError: Unable to initialize backend 'cuda': INTERNAL: no supported devices found"
        " for platform CUDA",
        "CUDARuntimeError: cudaErrorInsufficientDriver: CUDA driver version is insufficient for"
        " CUDA runtime version",
    )
    builds = [blind(build, words) for build, words in zip(FIVE, says, strict=False)]
    wheels = WHEELS_12 | {
        "jaxlib": "0.7.2",
        "jax-cuda12-plugin": "0.7.2",
        "jax-cuda12-pjrt": "0.7.2",
    }
    return {"frameworks": [*builds, ONNXRUNTIME], "distributions": wheels}


PYTHON = (
    machine(
        "torch 2.0 with NumPy 2",
        box(
            gpus=["T4"],
            driver="550.127.05",
            python="3.11.9",
            torch=torch(
                "2.0.1+cu118",
                warnings=("Failed to initialize NumPy: _ARRAY_API not found",),
                printed=(NUMPY_1,),
            ),
            distributions={"numpy": "2.1.2"},
        ),
        "GPU401",
        "GPU119",
        "GPU201",
    ),
    machine(
        "TensorFlow 2.15 with NumPy 2",
        box(
            gpus=["T4"],
            driver="550.127.05",
            python="3.11.9",
            frameworks=[
                broken(
                    framework("tensorflow", "2.15.1", "12.2"),
                    "numpy.core._multiarray_umath failed to import",
                    traceback_tail=f"{NUMPY_1}\nAttributeError: _ARRAY_API not found",
                )
            ],
            distributions={"numpy": "2.0.2"}
            | {name: release for name, release in WHEELS_12.items() if "cudnn" not in name}
            | {"nvidia-cudnn-cu12": "8.9.7.29"},
        ),
        "GPU401 > GPU321",
        "GPU119",
        "GPU201",
    ),
    machine(
        "conda's pytorch beside pip's torch",
        box(
            torch=torch("2.5.1+cu124"),
            driver="550.127.05",
            conda=[
                "pytorch=2.3.1=py3.11_cuda12.1_cudnn8.9.2_0",
                "pytorch-cuda=12.1=ha16c6d3_5",
                "cuda-runtime=12.1.0=0",
                "cuda-cudart=12.1.105=0",
            ],
            packages={"environment_kind": "conda"},
            distributions={"nvidia-cuda-runtime-cu12": "12.4.127"},
        ),
        "GPU402",
        "GPU119",
    ),
    machine(
        "cuBLAS upgraded past what torch pins",
        requiring(
            box(torch=TORCH, distributions=WHEELS_12 | {"nvidia-cublas-cu12": "12.9.1.4"}),
            "torch",
            "nvidia-cublas-cu12==12.8.4.1; platform_system == 'Linux'",
        ),
        "GPU403",
        "GPU201",
    ),
    machine(
        "torch is in the conda environment, not in the system's Python that runs",
        msgspec.structs.replace(
            box(packages={"environment_kind": "system", "prefix": "/usr"}),
            other_environments=(
                OtherEnvironment(
                    executable="/home/me/miniconda3/envs/ml/bin/python",
                    prefix="/home/me/miniconda3/envs/ml",
                    name="ml",
                    found_via="conda's list of environments",
                    frameworks={"torch": "2.9.1"},
                ),
            ),
        ),
        "GPU404",
    ),
    machine(
        "a torch.py in the working directory",
        box(
            torch=broken(
                torch(TORCH_13), "module 'torch' has no attribute 'cuda'", kind="AttributeError"
            ),
            packages={
                "shadowing_files": (
                    ShadowingFile(
                        module="torch", path="/home/me/project/torch.py", found_via="current folder"
                    ),
                )
            },
        ),
        "GPU405 > GPU321",
    ),
    machine(
        "pynvml beside nvidia-ml-py",
        box(
            torch=TORCH_13,
            distributions={"pynvml": "11.5.3", "nvidia-ml-py": "12.575.51"},
            packages={"shared_modules": {"pynvml": ("nvidia-ml-py", "pynvml")}},
        ),
        "GPU406",
    ),
    machine(
        "32-bit Python on Windows",
        windows(
            packages={"python_bits": 32, "platform_tag": "win32"},
            python="3.11.9",
            libcuda_error="[WinError 193] %1 is not a valid Win32 application",
        ),
        "GPU407 > GPU126",
    ),
    machine(
        "an interrupted pip left ~orch behind",
        box(torch=TORCH_13, packages={"leftover_entries": ("~orch", "~orch-2.8.0.dist-info")}),
        "GPU408",
    ),
)

SURROUNDINGS = (
    machine(
        "a CUDA image started without --gpus, five frameworks inside",
        box(
            machine=DOCKER | NO_NODES | {"pci_displays": bus(["RTX 4090"], "nvidia")},
            nvml_error=12,
            libcuda_error=NO_LIBCUDA,
            environment=CUDA_IMAGE,
            **five_without_driver(),
        ),
        f"GPU501 > {FOUR_BLIND}",
    ),
    machine(
        "a container with utility but without compute",
        box(
            machine=DOCKER,
            libcuda_error=NO_LIBCUDA,
            environment=CUDA_IMAGE | {"NVIDIA_DRIVER_CAPABILITIES": "utility"},
            torch=blind(torch(TORCH_13), "RuntimeError: Found no NVIDIA driver on your system."),
        ),
        "GPU502 > GPU126 GPU324",
    ),
    machine(
        "a container with NVIDIA_VISIBLE_DEVICES=void",
        box(
            machine=DOCKER | NO_NODES,
            nvml_error=12,
            libcuda_error=NO_LIBCUDA,
            environment=CUDA_IMAGE | {"NVIDIA_VISIBLE_DEVICES": "void"},
            **five_without_driver(),
        ),
        f"GPU503 > {FOUR_BLIND} GPU501",
    ),
    machine(
        "a container that lost its GPU after systemctl daemon-reload",
        box(
            gpus=["A100"],
            machine=DOCKER,
            nvml_error=999,
            cuda_error=100,
            environment=CUDA_IMAGE,
            torch=blind(torch(TORCH_13), "RuntimeError: No CUDA GPUs are available"),
        ),
        "GPU504 > GPU127 GPU324",
    ),
    machine(
        "an image for CUDA 12.8 on a host with driver 470",
        box(
            gpus=["RTX 3090"],
            driver="470.256.02",
            machine=DOCKER,
            environment=CUDA_IMAGE | {"NVIDIA_REQUIRE_CUDA": "cuda>=12.8"},
            torch=blind(
                TORCH,
                "RuntimeError: The NVIDIA driver on your system is too old (found version 11040).",
            ),
            distributions=dict(WHEELS_12),
        ),
        "GPU505 > GPU301 GPU324 GPU119 GPU201",
    ),
    machine(
        "a container with Docker's 64 MiB of shared memory",
        box(machine=DOCKER | {"shm_bytes": 64 * MIB}, environment=dict(CUDA_IMAGE), torch=TORCH_13),
        "GPU506",
    ),
    machine(
        "WSL with a Linux driver installed into it",
        with_toolkit(
            changed(
                box(
                    gpus=["RTX 4090"],
                    driver="581.57",
                    machine=WSL,
                    cuda_error=100,
                    torch=blind(torch(TORCH_13), "RuntimeError: No CUDA GPUs are available"),
                ),
                "cuda_driver",
                library_path="/usr/lib/x86_64-linux-gnu/libcuda.so.1",
            ),
            loader_libraries=(
                LoaderLibrary(
                    soname="libcuda.so.1",
                    found_via="ld.so.cache",
                    path="/usr/lib/x86_64-linux-gnu/libcuda.so.1",
                    real_path="/usr/lib/x86_64-linux-gnu/libcuda.so.550.120",
                ),
                LoaderLibrary(
                    soname="libcuda.so.1",
                    found_via="ld.so.cache",
                    path="/usr/lib/wsl/lib/libcuda.so.1",
                ),
            ),
        ),
        "GPU508 > GPU127 GPU324",
    ),
    machine(
        "WSL 1",
        box(
            gpus=[],
            driver=None,
            machine=WSL
            | {
                "wsl_generation": 1,
                "kernel_release": "4.4.0-26100-Microsoft",
                "device_nodes": (),
                "pci_displays": None,
                "kernel_modules": (),
            },
            torch=blind(torch(TORCH_13), "RuntimeError: Found no NVIDIA driver on your system."),
        ),
        "GPU509",
    ),
    machine(
        "an empty CUDA_VISIBLE_DEVICES, and torch is a CPU build besides",
        box(
            cuda_error=100,
            environment={"CUDA_VISIBLE_DEVICES": ""},
            torch=torch("2.9.1+cpu"),
            frameworks=[
                blind(
                    CUPY, "CUDARuntimeError: cudaErrorNoDevice: no CUDA-capable device is detected"
                )
            ],
            distributions=dict(WHEELS_12),
        ),
        "GPU302",
        "GPU510 > GPU127 GPU324",
        "GPU201",
    ),
    machine(
        "a mask with a space in it: the list is cut",
        box(
            gpus=cards("RTX 3090", 4),
            environment={"CUDA_VISIBLE_DEVICES": "0 1 2 3"},
            cuda={"devices": ()},
            cuda_error=100,
            **four_blind(100),
        ),
        f"GPU511 > GPU127 {FOUR_BLIND}",
        "GPU201",
    ),
    machine(
        "a GTX 1650 and an RTX 3090: number 1 is another GPU to CUDA than to nvidia-smi",
        box(
            gpus=[card("GTX 1650", 0), card("RTX 3090", 1)],
            environment={"CUDA_VISIBLE_DEVICES": "1"},
            cuda={"devices": (CudaDevice(ordinal=0, uuid=card("GTX 1650", 0).uuid),)},
            torch=TORCH_13,
        ),
        "GPU512",
    ),
    machine(
        "CUDA_LAUNCH_BLOCKING left on",
        box(torch=TORCH_13, environment={"CUDA_LAUNCH_BLOCKING": "1"}),
        "GPU513",
    ),
    machine(
        "Colab in its CPU runtime",
        box(
            gpus=[],
            driver=None,
            machine={
                "is_container": True,
                "container_kind": "docker",
                "cloud_notebook": "colab",
                "distribution_release": "22.04",
                "pci_displays": (),
                "is_root": True,
            },
            torch=blind(
                torch("2.8.0+cu126"), "RuntimeError: Found no NVIDIA driver on your system"
            ),
        ),
        "GPU514 > GPU101",
    ),
    machine(
        "a Jetson with torch for servers: the index's CPU wheel",
        box(
            gpus=[],
            driver=None,
            machine={
                "architecture": "aarch64",
                "hardware_model": "NVIDIA Jetson AGX Orin Developer Kit",
                "distribution_release": "22.04",
                "kernel_release": "5.15.148-tegra",
                "pci_displays": (),
                "device_nodes": (
                    DeviceNode(path="/dev/nvhost-gpu", is_accessible=True),
                    DeviceNode(path="/dev/nvhost-ctrl-gpu", is_accessible=True),
                ),
                "kernel_modules": ("nvgpu", "nvidia"),
            },
            python="3.10.12",
            torch=torch("2.6.0+cpu"),
        ),
        "GPU302",
    ),
    machine(
        "Windows: TensorFlow 2.15 and a CPU torch beside a working CuPy",
        windows(
            torch=torch("2.9.1+cpu"),
            frameworks=[on_the_cpu("tensorflow", "2.15.1", distribution="tensorflow-intel"), CUPY],
            python="3.11.9",
        ),
        "GPU302",
        "GPU305",
        "GPU201",
    ),
    machine(
        "Xid 31 alone: the program reached outside its memory",
        box(
            machine={
                "kernel_log": (
                    "NVRM: Xid (PCI:0000:01:00): 31, pid=20417, name=python3, Ch 00000008, intr"
                    " 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 faulted @ 0x7f31_c28.",
                )
            },
            torch=TORCH_13,
        ),
        "GPU710 > GPU110",
    ),
    machine(
        "TensorFlow's noise on a machine that works",
        box(
            frameworks=[
                framework(
                    "tensorflow",
                    "2.20.0",
                    "12.5.1",
                    printed=(
                        "cuda_fft.cc:477] Unable to register cuFFT factory: Attempting to register"
                        " factory for plugin cuFFT when one has already been registered",
                        "successful NUMA node read from SysFS had negative value (-1), but there"
                        " must be at least one NUMA node, so returning NUMA node zero.",
                    ),
                )
            ],
            distributions=dict(WHEELS_12),
        ),
        "GPU201",
        "GPU711",
    ),
    machine(
        "a snapshot judged a year later",
        msgspec.structs.replace(box(torch=TORCH_13), collected_at="2027-11-21T10:00:00Z"),
        "GPU902",
    ),
    machine(
        "a GPU, a driver and a torch that came after the tables",
        box(
            gpus=[
                card(
                    "RTX 5090",
                    0,
                    name="NVIDIA GeForce RTX 6090",
                    pci_device_id="3b85",
                    compute_capability=None,
                )
            ],
            driver="710.12",
            torch=torch("3.4.0+cu160"),
        ),
        "GPU903",
        "GPU903",
        "GPU903",
    ),
    machine(
        "a machine whose toolkit could not be looked at",
        box(torch=TORCH_13, outcomes={"toolkit": "failed"}),
        "GPU904",
    ),
    machine(
        "a 4-GPU job on Slurm that asked for none",
        box(
            gpus=cards("A100", 4),
            cuda_error=100,
            machine={"memory_bytes": 1024 * GIB},
            environment={"CUDA_VISIBLE_DEVICES": "NoDevFiles", "SLURM_JOB_ID": "4711"},
            **four_blind(100),
        ),
        f"GPU510 > GPU127 {FOUR_BLIND}",
        "GPU201",
    ),
)

MACHINES = (*PYTHON, *SURROUNDINGS)
