"""Healthy machines that look ill: traces of trouble that is over, and arrangements that are odd.

Each of them has something that a careless rule would take for a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from gpucheck.facts import (
    CondaPackage,
    Distribution,
    Facts,
    GpuProcess,
    HostCompiler,
    NvLink,
    PciDisplay,
)
from machines.cards import MIB, NOT_SUPPORTED, gpu, gpus, pairs
from machines.environments_of import (
    NUMPY,
    NUMPY_1,
    Installed,
    packages,
    tensorflow_and_cuda,
    torch_wheels,
)
from machines.healthy_surroundings import windows_machine, windows_torch
from machines.listed import ListedMachine
from machines.surroundings import (
    ARCH,
    CAPS,
    GIB,
    ROCKY_9,
    UBUNTU_22,
    UBUNTU_24,
    change,
    change_framework,
    container,
    cuda_device,
    driver_libraries,
    machine,
    nodes,
    nvcc,
)

OWN: Final = "made up from the tables"
DRIVER = "580.95.05"
TORCH = torch_wheels("2.9.1", "12.8") + NUMPY

TROUBLE_THAT_IS_OVER = (
    "[   40.112090] NVRM: API mismatch: the client has the version 575.57.08, but",
    "[   40.112093] NVRM: this kernel module has the version 580.95.05.  Please",
    "[   71.902310] NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x24:0x72:1568)",
    "[   71.903001] NVRM: GPU 0000:01:00.0: rm_init_adapter failed, device minor number 0",
    "[   99.118823] nvidia-uvm: Unloaded the UVM driver.",
    "[  101.500041] NVRM: Persistence mode is deprecated and will be removed in a future release."
    " Please use nvidia-persistenced instead.",
    "[  101.722044] nvidia 0000:01:00.0: vgaarb: VGA decodes changed:"
    " olddecodes=io+mem,decodes=none:owns=none",
)
"""An upgrade without a restart, a cable that was loose: then the modules were loaded anew."""

NOISE_OF_TENSORFLOW = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "E0000 00:00:1763719200.112033    4120 cuda_fft.cc:485] Unable to register cuFFT factory:"
    " Attempting to register factory for plugin cuFFT when one has already been registered",
    "E0000 00:00:1763719200.119001    4120 cuda_dnn.cc:8310] Unable to register cuDNN factory:"
    " Attempting to register factory for plugin cuDNN when one has already been registered",
    "I0000 00:00:1763719203.330127    4120 cuda_executor.cc:1015] successful NUMA node read from"
    " SysFS had negative value (-1), but there must be at least one NUMA node, so returning NUMA"
    " node zero.",
    "This TensorFlow binary is optimized to use available CPU instructions in performance-critical"
    " operations.",
)


def traces() -> Iterator[ListedMachine]:
    """Yield machines whose logs and outputs tell of things that do not matter."""
    healthy = machine([gpu("RTX 4090")], DRIVER, TORCH)
    log = (*(healthy.machine.value.kernel_log or ()), *TROUBLE_THAT_IS_OVER)
    yield ListedMachine(
        name="a kernel's log full of trouble that is over",
        facts=change(healthy, "machine", kernel_log=log),
        origin=OWN,
    )
    facts = machine([gpu("L40S")], DRIVER, tensorflow_and_cuda())
    yield ListedMachine(
        name="TensorFlow that prints what it always prints",
        facts=change_framework(facts, "tensorflow", printed=NOISE_OF_TENSORFLOW),
        origin=OWN,
        expected=("GPU711",),
    )
    yield ListedMachine(
        name="many settings that do no harm",
        facts=machine(
            [gpu("L40S")],
            DRIVER,
            TORCH,
            environment={
                "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
                "CUDA_VISIBLE_DEVICES": "GPU-00000000",
                "CUDA_MODULE_LOADING": "LAZY",
                "CUDA_CACHE_PATH": "/scratch/ada/cuda-cache",
                "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
                "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
                "TORCH_CUDA_ARCH_LIST": "8.9",
                "TORCH_HOME": "/scratch/ada/torch",
                "NCCL_DEBUG": "WARN",
                "NCCL_SOCKET_IFNAME": "ib0",
                "TF_CPP_MIN_LOG_LEVEL": "1",
                "LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4",
                "PYTHONPATH": "/opt/ros/jazzy/lib/python3.12/site-packages",
                "LD_LIBRARY_PATH": "/opt/ros/jazzy/lib:/opt/intel/oneapi/mkl/latest/lib",
            },
        ),
        origin=OWN,
    )


def occupied() -> Iterator[ListedMachine]:
    """Yield machines on whose GPUs others work, within bounds."""
    foreign = GpuProcess(pid=90211, kind="compute", memory_bytes=40_000 * MIB, is_alive=False)
    card = gpu(
        "A100",
        memory_used_bytes=40_100 * MIB,
        memory_free_bytes=40_400 * MIB,
        utilization_gpu_percent=64,
        throttle_reasons=(),
        processes=(foreign,),
    )
    yield ListedMachine(
        name="a container that cannot see the processes which share its GPU",
        facts=machine([card], DRIVER, TORCH, **container("kubernetes")),
        origin=OWN,
    )
    windows = tuple(
        GpuProcess(pid=pid, kind="graphics", memory_bytes=mib * MIB, name=name, is_alive=True)
        for pid, mib, name in (
            (1802, 412, "/usr/lib/xorg/Xorg"),
            (2033, 190, "/usr/bin/gnome-shell"),
            (4410, 702, "/opt/google/chrome/chrome"),
        )
    )
    busy = gpu(
        "RTX 3060",
        memory_used_bytes=1_450 * MIB,
        memory_free_bytes=10_600 * MIB,
        processes=windows,
        utilization_gpu_percent=12,
        throttle_reasons=(),
    )
    yield ListedMachine(
        name="a desktop that also draws the screen",
        facts=machine([busy], DRIVER, TORCH),
        origin=OWN,
    )
    yield ListedMachine(
        name="four V100 of a cluster in exclusive-process mode, nobody on them",
        facts=machine(
            gpus("V100", 4, compute_mode="exclusive_process"),
            DRIVER,
            torch_wheels("2.8.0", "12.8") + NUMPY,
            system=ROCKY_9,
            of_driver={"pairs": pairs(4)},
        ),
        origin=OWN,
    )


def links() -> Iterator[ListedMachine]:
    """Yield machines whose links between GPUs are as they were bought."""
    yield ListedMachine(
        name="an RTX 3090 without an NVLink bridge: four links, all down",
        facts=machine([gpu("RTX 3090", nvlinks=unused(4))], DRIVER, TORCH),
        origin=OWN,
    )
    yield ListedMachine(
        name="eight A100 PCIe without NVLink bridges",
        facts=machine(
            gpus("A100 PCIe", 8, nvlinks=unused(12)),
            DRIVER,
            TORCH,
            of_driver={"pairs": pairs(8, "hostbridge")},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="two H100 PCIe with bridges, a third without",
        facts=machine(
            [gpu("H100 PCIe"), gpu("H100 PCIe", 1), gpu("H100 PCIe", 2, nvlinks=unused(18))],
            DRIVER,
            TORCH,
            of_driver={"pairs": pairs(3)},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="four RTX 4090, whose driver offers no peer-to-peer access",
        facts=machine(
            gpus("RTX 4090", 4),
            DRIVER,
            TORCH,
            of_driver={"pairs": pairs(4, "node", "gpu_not_supported")},
        ),
        origin=OWN,
    )


def other_cards() -> Iterator[ListedMachine]:
    """Yield machines with a card that has another task."""
    one = machine([gpu("RTX 4090")], DRIVER, TORCH)
    displays = one.machine.value.pci_displays or ()
    passed = PciDisplay(
        address="0000:41:00.0",
        vendor_id="10de",
        device_id="2504",
        pci_class="0300",
        kernel_driver="vfio-pci",
    )
    yield ListedMachine(
        name="a second GPU that is passed on to a virtual machine",
        facts=change(
            one,
            "machine",
            pci_displays=(*displays, passed),
            kernel_modules=(*(one.machine.value.kernel_modules or ()), "vfio_pci"),
        ),
        origin=OWN,
    )
    server = PciDisplay(
        address="0000:c3:00.0",
        vendor_id="1a03",
        device_id="2000",
        pci_class="0300",
        kernel_driver="ast",
    )
    yield ListedMachine(
        name="a server whose board draws the console",
        facts=change(
            machine(gpus("L40S", 2), DRIVER, TORCH, of_driver={"pairs": pairs(2)}),
            "machine",
            pci_displays=(
                server,
                *(machine(gpus("L40S", 2), DRIVER, TORCH).machine.value.pci_displays or ()),
            ),
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="a DGX Spark: one memory for CPU and GPU, compute capability 12.1",
        facts=spark(),
        origin=OWN,
    )


def odd_environments() -> Iterator[ListedMachine]:
    """Yield environments that are unusual and work."""
    conda = "/home/ada/miniconda3/envs/pip"
    site = f"{conda}/lib/python3.12/site-packages"
    installed = torch_wheels("2.9.1", "12.8", site=site) + NUMPY
    plain = tuple(
        CondaPackage(name=name, release=release, build=build, channel="conda-forge")
        for name, release, build in (("python", "3.12.11", "h9e4cc4f_0_cpython"),)
    )
    yield ListedMachine(
        name="a conda environment that holds only Python, and torch from pip in it",
        facts=machine(
            [gpu("RTX 4090")],
            DRIVER,
            installed,
            prefix=conda,
            site=site,
            environment={"CONDA_PREFIX": conda, "CONDA_DEFAULT_ENV": "pip"},
            packages={"environment_kind": "conda", "base_prefix": conda, "conda_packages": plain},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="the later pynvml, which only asks for nvidia-ml-py",
        facts=with_pynvml(),
        origin=OWN,
    )
    yield ListedMachine(
        name="flash-attn and xformers from ready-made wheels, and no toolkit",
        facts=machine(
            [gpu("A100")],
            DRIVER,
            torch_wheels("2.8.0", "12.8")
            + packages(xformers="0.0.32.post2", flash_attn="2.8.3")
            + NUMPY,
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="a toolkit of the next major on a machine where nothing is compiled",
        facts=machine([gpu("RTX 4090")], DRIVER, TORCH, toolkit={"nvccs": (nvcc("13.0", "PATH"),)}),
        origin=OWN,
        expected=("GPU207",),
    )
    folder = "/run/opengl-driver/lib"
    yield ListedMachine(
        name="NixOS, which keeps the driver's libraries in /run/opengl-driver",
        facts=machine(
            [gpu("RTX 3090")],
            DRIVER,
            TORCH,
            system=ARCH
            | {
                "os_title": "NixOS 25.11 (Xantusia)",
                "distribution": "nixos",
                "distribution_release": "25.11",
                "kernel_release": "6.12.58",
                "libc_release": "2.40",
            },
            environment={"LD_LIBRARY_PATH": folder},
            of_driver={"library_path": f"{folder}/libnvidia-ml.so.{DRIVER}"},
            cuda={"library_path": f"{folder}/libcuda.so.{DRIVER}"},
            toolkit={
                "loader_libraries": tuple(
                    msgspec.structs.replace(each, found_via="LD_LIBRARY_PATH")
                    for each in driver_libraries(DRIVER, folder)
                )
            },
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="Kaggle with two T4 and torch 2.6.0+cu124",
        facts=machine(
            gpus("T4", 2),
            "560.35.03",
            torch_wheels("2.6.0", "12.4") + NUMPY_1,
            system=UBUNTU_22,
            python="3.11.13",
            cloud_notebook="kaggle",
            environment={"KAGGLE_KERNEL_RUN_TYPE": "Interactive"},
            of_driver={"pairs": pairs(2, "hostbridge", "ok")},
            **container("docker", shm_bytes=14 * GIB),
        ),
        origin=OWN,
        expected=("GPU119",),
    )
    yield ListedMachine(
        name="docker with its 64 MiB of shared memory, and TensorFlow",
        facts=machine(
            [gpu("T4")],
            DRIVER,
            tensorflow_and_cuda(),
            **container("docker", shm_bytes=64 * MIB),
        ),
        origin=OWN,
    )
    eight = gpus("A100", 8)
    yield ListedMachine(
        name="a job on a node without cgroups that was told to use GPU 3",
        facts=machine(
            eight,
            DRIVER,
            TORCH,
            environment={"CUDA_VISIBLE_DEVICES": "3", "SLURM_JOB_ID": "88", "SLURM_JOB_GPUS": "3"},
            cuda={"devices": (cuda_device(eight[3], 0),)},
            of_driver={"pairs": pairs(8)},
        ),
        origin=OWN,
    )
    toolkit = r"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA\v12.9"
    studio = r"C:\Program Files\Microsoft Visual Studio\2022\Community\VC\Tools\MSVC\14.44.35207"
    yield ListedMachine(
        name="Windows 11 with CUDA 12.9 and Visual Studio 2022 beside torch's own CUDA",
        facts=windows_machine(
            gpu("RTX 4090"),
            "581.57",
            "13.0",
            windows_torch(),
            environment={"CUDA_PATH": toolkit, "CUDA_PATH_V12_9": toolkit},
            toolkit={
                "nvccs": (nvcc("12.9", "PATH", "CUDA_PATH", home=toolkit),),
                "host_compilers": (
                    HostCompiler(
                        name="cl",
                        path=rf"{studio}\bin\Hostx64\x64\cl.exe",
                        release="19.44.35207",
                    ),
                ),
            },
        ),
        origin=OWN,
    )


def unused(count: int) -> tuple[NvLink, ...]:
    """Return links to which nothing is connected."""
    return tuple(NvLink(link=number, is_active=False) for number in range(count))


def with_pynvml() -> Facts:
    """Return an environment with both distributions, only one of which has the module."""
    installed = TORCH + packages(pynvml="13.0.1", nvidia_ml_py="13.580.82")
    facts = machine([gpu("RTX 4090")], DRIVER, installed)
    distributions: tuple[Distribution, ...] = tuple(
        msgspec.structs.replace(each, requires=("nvidia-ml-py>=12.0.0",))
        if each.name == "pynvml"
        else each
        for each in facts.packages.value.distributions or ()
    )
    return change(facts, "packages", distributions=distributions)


def spark() -> Facts:
    """Return a DGX Spark; NVML cannot say how much memory its GPU has."""
    nothing = dict.fromkeys(
        (
            "memory_total_bytes",
            "memory_used_bytes",
            "memory_free_bytes",
            "memory_reserved_bytes",
            "clock_memory_hz",
            "clock_memory_max_hz",
            "power_limit_w",
            "power_limit_default_w",
        )
    )
    card = gpu(
        "GB10",
        0,
        **nothing,
        is_persistence_on=True,
        pcie_width=1,
        pcie_width_max=16,
        unavailable=dict.fromkeys(nothing, NOT_SUPPORTED),
    )
    targets = ("sm_80", "sm_90", "sm_100", "sm_110", "sm_120")
    installed: Installed = torch_wheels("2.11.0", "13.0", sass_targets=targets) + NUMPY
    return machine(
        [card],
        DRIVER,
        installed,
        system=UBUNTU_24 | {"kernel_release": "6.11.0-1016-nvidia"},
        architecture="aarch64",
        cpu_model=None,
        cpu_cores=20,
        memory_bytes=119 * GIB,
        shm_bytes=59 * GIB,
        hardware_model="NVIDIA DGX Spark",
        packages={"platform_tag": "linux-aarch64"},
        device_nodes=(*nodes(1), CAPS),
    )


ODD = (
    *traces(),
    *occupied(),
    *links(),
    *other_cards(),
    *odd_environments(),
)
