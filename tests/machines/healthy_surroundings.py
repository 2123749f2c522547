"""Healthy machines that differ in what lies around: containers, clusters, WSL, Windows, Jetson.

And snapshots that tell little, or tell of what the tables do not know yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from gpucheck.facts import (
    CondaPackage,
    CudaDevice,
    CudnnInstall,
    DeviceNode,
    Facts,
    Framework,
    Gpu,
    GpuProcess,
    LoadedLibrary,
    LoaderLibrary,
    PciDisplay,
    from_json,
)
from gpucheck.redact import redact
from gpucheck.versions import (
    BuiltForCuda,
    ComputeCapability,
    CudnnVersion,
    DriverCuda,
    DriverRelease,
)
from machines.cards import MIB, NOT_SUPPORTED, gpu, gpus, pairs
from machines.environments_of import (
    NUMPY,
    NUMPY_1,
    Installed,
    cupy,
    loaded,
    packages,
    tensorflow_and_cuda,
    torch_wheels,
)
from machines.listed import ListedMachine
from machines.surroundings import (
    DEBIAN_12,
    GIB,
    LIB,
    ROCKY_9,
    UBUNTU_22,
    WSL_LIB,
    change,
    container,
    cuda_device,
    driver_libraries,
    frameworks_without_imports,
    gcc,
    machine,
    nodes,
    nvcc,
    toolkit_libraries,
    wsl,
    wsl_libraries,
)

OWN: Final = "made up from the tables"
REPORT: Final = "after a real report"
DRIVER = "580.95.05"
SYSTEM_SITE = "/usr/local/lib/python3.12/dist-packages"


def containers() -> Iterator[ListedMachine]:
    """Yield containers that were given GPUs in each usual way."""
    yield ListedMachine(
        name="NGC's PyTorch container on an H100, everything in the system's Python",
        facts=ngc_container(),
        origin=OWN,
        expected=("GPU903",),
    )
    torch = torch_wheels("2.9.1", "12.8") + NUMPY
    for kind, variables in (
        (
            "docker",
            {"NVIDIA_VISIBLE_DEVICES": "all", "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"},
        ),
        ("podman", {"NVIDIA_VISIBLE_DEVICES": "void"}),  # by CDI: the hook is told to keep away
        ("kubernetes", {"NVIDIA_VISIBLE_DEVICES": "GPU-00000000-9a3c-4d5e-8f60-000000000011"}),
        ("lxc", {}),
        ("apptainer", {"APPTAINER_CONTAINER": "/data/torch.sif"}),
    ):
        yield ListedMachine(
            name=f"a {kind} container with an L40S",
            facts=machine(
                [gpu("L40S")],
                DRIVER,
                torch,
                system=DEBIAN_12,
                environment=variables,
                **container(kind),
            ),
            origin=OWN,
        )
    requires = "cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=tesla,driver>=535,driver<536"
    yield ListedMachine(
        name="docker with CUDA's own image, requirements met on driver 535",
        facts=machine(
            gpus("A10", 2),
            "535.261.03",
            torch_wheels("2.6.0", "12.4") + NUMPY,
            system=UBUNTU_22,
            environment={
                "NVIDIA_VISIBLE_DEVICES": "all",
                "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
                "NVIDIA_REQUIRE_CUDA": requires,
                "CUDA_VERSION": "12.4.1",
                "LD_LIBRARY_PATH": "/usr/local/nvidia/lib:/usr/local/nvidia/lib64",
            },
            of_driver={"pairs": pairs(2)},
            **container("docker"),
        ),
        origin=OWN,
        expected=("GPU119", "GPU327"),
    )
    yield ListedMachine(
        name="four A10 on driver 535 with cuda-compat 12.8 in the image: forward compatibility",
        facts=forward_compatible(),
        origin=OWN,
        expected=("GPU119",),
    )
    yield ListedMachine(
        name="Google Colab with a T4, torch and TensorFlow on the system's toolkit",
        facts=colab(),
        origin=OWN,
        expected=("GPU119", "GPU202", "GPU327"),
    )


def clusters() -> Iterator[ListedMachine]:
    """Yield jobs that were given a part of a node."""
    mine = gpu("H100", 0, fabric_state="completed", fabric_status="NVML_SUCCESS")
    yield ListedMachine(
        name="a Slurm job with one of eight H100; the cgroup hides the others",
        facts=machine(
            [mine],
            "570.195.03",
            torch_wheels("2.9.1", "12.8") + NUMPY,
            system=ROCKY_9,
            environment={
                "CUDA_VISIBLE_DEVICES": "0",
                "SLURM_JOB_ID": "4711",
                "SLURM_JOB_GPUS": "3",
                "SLURM_STEP_GPUS": "3",
                "SLURM_GPUS_ON_NODE": "1",
                "SLURM_LOCALID": "0",
                "SLURM_PROCID": "0",
                "SLURM_NTASKS": "1",
            },
            pci_displays=tuple(
                PciDisplay(
                    address=f"0000:{bus:02x}:00.0",
                    vendor_id="10de",
                    device_id="2330",
                    pci_class="0302",
                    kernel_driver="nvidia",
                )
                for bus in (0x01, 0x25, 0x41, 0x61, 0x81, 0xA1, 0xC1, 0xE1)
            ),
            device_nodes=nodes(8, "/dev/nvidia-nvswitchctl"),
            cpu_cores=14,
        ),
        origin=OWN,
        expected=("GPU119",),
    )
    eight = gpus("A100", 8)
    yield ListedMachine(
        name="a job that was told to use two of eight A100 by CUDA_VISIBLE_DEVICES",
        facts=machine(
            eight,
            DRIVER,
            torch_wheels("2.9.1", "12.8") + NUMPY,
            environment={"CUDA_VISIBLE_DEVICES": "2,5", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
            cuda={"devices": (cuda_device(eight[2], 0), cuda_device(eight[5], 1))},
            of_driver={"pairs": pairs(8)},
        ),
        origin=OWN,
    )


def on_windows() -> Iterator[ListedMachine]:
    """Yield WSL 2 and native Windows."""
    card = in_wsl(gpu("RTX 4090"))
    torch = torch_wheels("2.9.1", "12.8") + NUMPY
    for driver, cuda in (("560.94", "12.6"), ("581.57", "13.0")):
        yield ListedMachine(
            name=f"WSL 2 on Windows driver {driver} with torch 2.9.1+cu128",
            facts=wsl_machine(card, driver, cuda, torch),
            origin=OWN,
            expected=("GPU327",) if driver == "560.94" else (),
        )
    yield ListedMachine(
        name="WSL 2 on a laptop with Windows driver 551.88, nvcc 12.4 and torch 2.4.0+cu121",
        facts=change(
            wsl_machine(
                in_wsl(gpu("RTX 4070 Laptop")),
                "551.88",
                "12.4",
                torch_wheels("2.4.0", "12.1") + NUMPY_1,
                kernel_release="5.15.153.1-microsoft-standard-WSL2",
            ),
            "toolkit",
            nvccs=(nvcc("12.4", "PATH", "/usr/local/cuda"),),
            host_compilers=gcc("11.4.0"),
        ),
        origin=REPORT,
    )
    yield ListedMachine(
        name="docker in WSL 2",
        facts=wsl_machine(
            card,
            "581.57",
            "13.0",
            torch,
            is_container=True,
            container_kind="docker",
            is_root=True,
            kernel_log=None,
            environment={"NVIDIA_VISIBLE_DEVICES": "all"},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="Windows 11 with an RTX 5090 and torch 2.9.1+cu128",
        facts=windows_machine(gpu("RTX 5090"), "581.57", "13.0", windows_torch()),
        origin=OWN,
    )
    yield ListedMachine(
        name="Windows 10 with TensorFlow 2.10 and conda's cudatoolkit 11.2",
        facts=windows_tensorflow(),
        origin=OWN,
    )


def jetsons() -> Iterator[ListedMachine]:
    """Yield Jetsons, whose driver is another one."""
    yield ListedMachine(
        name="a Jetson AGX Orin with JetPack 6.2 and NVIDIA's torch",
        facts=orin(),
        origin=REPORT,
        expected=("GPU903",),
    )
    yield ListedMachine(
        name="a Jetson AGX Thor with JetPack 7, driver 580.00 and torch 2.10.0+cu130",
        facts=thor(),
        origin=REPORT,
    )


def little_known() -> Iterator[ListedMachine]:
    """Yield snapshots that tell little, and machines ahead of the tables."""
    healthy = machine([gpu("L40S")], DRIVER, torch_wheels("2.11.0", "13.0") + NUMPY)
    yield ListedMachine(
        name="a snapshot of --no-import",
        facts=frameworks_without_imports(healthy),
        origin=OWN,
    )
    yield ListedMachine(
        name="a redacted snapshot",
        facts=redact(healthy, ("ada",)),
        origin=OWN,
    )
    yield ListedMachine(name="a snapshot with few fields", facts=few_fields(), origin=OWN)
    yield ListedMachine(
        name="a GPU, a driver and a nightly torch that are newer than the tables",
        facts=ahead_of_the_tables(),
        origin=OWN,
        expected=("GPU903",),
    )


def in_wsl(card: Gpu) -> Gpu:
    """Return a GPU as NVML shows it in WSL: persistence on, processes and some limits unknown."""
    return msgspec.structs.replace(
        card,
        is_persistence_on=True,
        is_display_active=True,
        processes=None,
        throttle_reasons=("gpu_idle",),
        unavailable=card.unavailable
        | {"processes": NOT_SUPPORTED, "power_limit_default_w": NOT_SUPPORTED},
        power_limit_default_w=None,
    )


def wsl_machine(
    card: Gpu,
    driver: str,
    cuda: str,
    installed: Installed,
    *,
    environment: dict[str, str] | None = None,
    **of_machine: object,
) -> Facts:
    """Return WSL 2: the Windows driver's number, its libraries under /usr/lib/wsl."""
    return machine(
        [card],
        driver,
        installed,
        system=UBUNTU_22,
        environment={
            "WSL_DISTRO_NAME": "Ubuntu-22.04",
            "PATH": f"/usr/bin:/bin:{WSL_LIB}:/mnt/c/Windows/system32",
        }
        | (environment or {}),
        of_driver={
            "driver_cuda": DriverCuda.parse(cuda),
            "nvml_release": driver,
            "library_path": f"{WSL_LIB}/libnvidia-ml.so.1",
        },
        cuda={
            "driver_cuda": DriverCuda.parse(cuda),
            "library_path": f"{WSL_LIB}/libcuda.so.1",
        },
        toolkit={"loader_libraries": wsl_libraries()},
        **wsl(**of_machine),
    )


def ngc_container() -> Facts:
    """Return nvcr.io's PyTorch image: a build of NVIDIA's own, its CUDA in the system."""
    home = "/usr/local/cuda"
    libraries = tuple(
        LoadedLibrary(soname=name, path=f"{folder}/{name}")
        for folder, names in (
            (f"{home}/targets/x86_64-linux/lib", "libcublas.so.13 libcublasLt.so.13"),
            (f"{home}/targets/x86_64-linux/lib", "libcudart.so.13 libcufft.so.12"),
            (LIB, "libcudnn.so.9 libnccl.so.2"),
        )
        for name in names.split()
    )
    build = Framework(
        name="torch",
        distribution="torch",
        release="2.9.0a0+50eac811a6.nv25.09",
        folder=f"{SYSTEM_SITE}/torch",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse("13.0"),
        built_for_cudnn=CudnnVersion.parse("9.13.0"),
        loaded_cudnn=CudnnVersion.parse("9.13.0"),
        runtime_cuda=BuiltForCuda.parse("13.0"),
        build_source="torch.version",
        sass_targets=("sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_110", "sm_120"),
        ptx_targets=("compute_120",),
        loaded_libraries=libraries,
        import_s=2.4,
    )
    releases = {
        "torch": build.release or "",
        "torchvision": "0.24.0a0+98f8b375",
        "flash-attn": "2.7.4.post1+25.9",
        "transformer-engine": "2.7.0+fedf9d1",
        "apex": "0.1",
        "numpy": "1.26.4",
        "triton": "3.4.0+gitc5d671f9",
        "nvidia-dali-cuda130": "1.51.2",
    }
    return machine(
        [gpu("H100", fabric_state="completed", fabric_status="NVML_SUCCESS")],
        DRIVER,
        Installed((build,), releases),
        python="3.12.3",
        prefix="/usr",
        site=SYSTEM_SITE,
        target={"found_via": "PATH", "prefix": "/usr", "executable": "/usr/bin/python"},
        environment={
            "NVIDIA_VISIBLE_DEVICES": "all",
            "NVIDIA_DRIVER_CAPABILITIES": "compute,utility,video",
            "NVIDIA_REQUIRE_CUDA": "cuda>=9.0",
            "NVIDIA_PYTORCH_VERSION": "25.09",
            "CUDA_HOME": home,
            "CUDA_VERSION": "13.0.1.012",
            "CUDA_DRIVER_VERSION": "580.82.07",
            "LD_LIBRARY_PATH": "/usr/local/cuda/compat/lib:/usr/local/nvidia/lib:"
            "/usr/local/nvidia/lib64",
            "NCCL_VERSION": "2.27.7",
        },
        packages={"environment_kind": "system", "base_prefix": "/usr", "prefix": "/usr"},
        toolkit={
            "nvccs": (nvcc("13.0", "PATH", "CUDA_HOME", home=home),),
            "loader_libraries": (
                *driver_libraries(DRIVER),
                *toolkit_libraries(f"{home}/targets/x86_64-linux/lib", 13, "ld.so.cache"),
            ),
            "cudnn_installs": (
                CudnnInstall(
                    path=f"{LIB}/libcudnn.so.9",
                    version=CudnnVersion.parse("9.13.0"),
                    found_via="ld.so.cache",
                ),
            ),
        },
        **container("docker", shm_bytes=64 * GIB),
    )


def forward_compatible() -> Facts:
    """Return a container whose libcuda is newer than the kernel's driver, as NVIDIA offers it."""
    compat = "/usr/local/cuda/compat"
    driver = "535.261.03"
    libcuda = LoaderLibrary(
        soname="libcuda.so.1",
        path=f"{compat}/libcuda.so.1",
        real_path=f"{compat}/libcuda.so.570.172.08",
        found_via="LD_LIBRARY_PATH",
        is_dangling=False,
    )
    return machine(
        gpus("A10", 4),
        driver,
        torch_wheels("2.9.1", "12.8") + NUMPY,
        system=UBUNTU_22,
        environment={
            "NVIDIA_VISIBLE_DEVICES": "all",
            "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
            "LD_LIBRARY_PATH": compat,
        },
        cuda={
            "library_path": f"{compat}/libcuda.so.570.172.08",
            "driver_cuda": DriverCuda.parse("12.8"),
        },
        toolkit={"loader_libraries": (libcuda, *driver_libraries(driver))},
        of_driver={"pairs": pairs(4), "driver_cuda": DriverCuda.parse("12.8")},
        **container("docker"),
    )


def colab() -> Facts:
    """Return a notebook of Google Colab: its driver's libraries lie in /usr/lib64-nvidia."""
    folder = "/usr/lib64-nvidia"
    driver = "550.54.15"
    home = "/usr/local/cuda-12.5"
    torch = torch_wheels("2.8.0", "12.6", site=SYSTEM_SITE)
    tensorflow = tensorflow_and_cuda("2.20.0", {}, site=SYSTEM_SITE)
    build = msgspec.structs.replace(
        tensorflow.frameworks[0],
        runtime_cuda=BuiltForCuda.parse("12.5"),
        loaded_libraries=(
            LoadedLibrary(
                soname="libcudart.so.12", path=f"{home}/targets/x86_64-linux/lib/libcudart.so.12"
            ),
            LoadedLibrary(soname="libcudnn.so.9", path=f"{LIB}/libcudnn.so.9"),
        ),
    )
    releases = {
        name: release
        for name, release in tensorflow.releases.items()
        if not name.startswith("nvidia-")
    }
    installed = torch + Installed((build,), releases) + cupy("13.6.0", 12, with_toolkit=False)
    installed += packages(torchvision="0.23.0+cu126", torchaudio="2.8.0+cu126", numpy="2.0.2")
    return machine(
        [gpu("T4")],
        driver,
        installed,
        system=UBUNTU_22 | {"kernel_release": "6.6.105+"},
        python="3.12.12",
        prefix="/usr",
        site=SYSTEM_SITE,
        cloud_notebook="colab",
        target={"found_via": "PATH", "prefix": "/usr", "executable": "/usr/bin/python3"},
        environment={
            "COLAB_GPU": "1",
            "LD_LIBRARY_PATH": folder,
            "CUDA_VERSION": "12.5.1",
            "NVIDIA_VISIBLE_DEVICES": "all",
            "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
            "TF_FORCE_GPU_ALLOW_GROWTH": "true",
            "TF_CPP_MIN_LOG_LEVEL": "1",
        },
        packages={"environment_kind": "system", "base_prefix": "/usr", "prefix": "/usr"},
        of_driver={"library_path": f"{folder}/libnvidia-ml.so.1"},
        cuda={"library_path": f"{folder}/libcuda.so.1"},
        toolkit={
            "nvccs": (nvcc("12.5", "PATH", "/usr/local/cuda"),),
            "host_compilers": gcc("11.4.0"),
            "loader_libraries": (
                *(
                    msgspec.structs.replace(each, found_via="LD_LIBRARY_PATH")
                    for each in driver_libraries(driver, folder)
                ),
                *toolkit_libraries(f"{home}/targets/x86_64-linux/lib", 12, "ld.so.cache"),
            ),
            "cudnn_installs": (
                CudnnInstall(
                    path=f"{LIB}/libcudnn.so.9",
                    version=CudnnVersion.parse("9.2.1"),
                    found_via="ld.so.cache",
                ),
            ),
        },
        **container("docker", shm_bytes=6 * GIB),
    )


WINDOWS_SITE = r"C:\Users\ada\work\.venv\Lib\site-packages"
SYSTEM32 = r"C:\Windows\System32"


def windows_torch() -> Installed:
    """Return PyTorch's wheel for Windows, which holds its CUDA in torch/lib."""
    installed = torch_wheels("2.9.1", "12.8", site=WINDOWS_SITE)
    folder = rf"{WINDOWS_SITE}\torch\lib"
    names = "cublas64_12.dll cublasLt64_12.dll cudart64_12.dll cudnn64_9.dll cufft64_11.dll"
    build = msgspec.structs.replace(
        installed.frameworks[0],
        folder=rf"{WINDOWS_SITE}\torch",
        loaded_libraries=tuple(
            LoadedLibrary(soname=name, path=rf"{folder}\{name}") for name in names.split()
        ),
    )
    return Installed((build,), {"torch": "2.9.1+cu128", "numpy": "2.3.4"})


def windows_machine(
    card: Gpu,
    driver: str,
    cuda: str,
    installed: Installed,
    *,
    title: str = "Windows 11 Pro 25H2",
    prefix: str = r"C:\Users\ada\work\.venv",
    site: str = WINDOWS_SITE,
    python: str = "3.12.10",
    **changes: dict[str, object],
) -> Facts:
    """Return native Windows with the display driver's model."""
    seen = msgspec.structs.replace(
        card,
        driver_model="WDDM",
        is_persistence_on=None,
        processes=(
            GpuProcess(pid=1680, kind="graphics", name=r"C:\Windows\System32\dwm.exe"),
            GpuProcess(pid=9184, kind="graphics", name=r"C:\Windows\explorer.exe"),
        ),
        fabric_state=None,
        unavailable=card.unavailable | {"is_persistence_on": NOT_SUPPORTED},
    )
    facts = machine(
        [seen],
        driver,
        installed,
        system={},
        prefix=prefix,
        site=site,
        python=python,
        os_name="Windows",
        os_title=title,
        distribution=None,
        distribution_like=(),
        distribution_release=None,
        kernel_release="10.0.26200",
        architecture="AMD64",
        libc_name=None,
        libc_release=None,
        is_container=None,
        cpu_model="AMD Ryzen 9 9950X 16-Core Processor",
        memory_bytes=64 * GIB,
        shm_bytes=None,
        pci_displays=(
            PciDisplay(
                address="0000:01:00.0",
                vendor_id="10de",
                device_id=card.pci_device_id or "",
                pci_class="0300",
                kernel_driver="nvlddmkm",
            ),
        ),
        device_nodes=None,
        kernel_modules=None,
        kernel_module_release=None,
        kernel_module_flavour=None,
        kernel_module_on_disk=None,
        kernel_log=None,
        is_secure_boot=True,
        is_root=None,
        of_driver={
            "driver_cuda": DriverCuda.parse(cuda),
            "library_path": rf"{SYSTEM32}\nvml.dll",
        },
        cuda={"driver_cuda": DriverCuda.parse(cuda), "library_path": rf"{SYSTEM32}\nvcuda.dll"},
        toolkit={
            "nvccs": (),
            "host_compilers": (),
            "loader_libraries": (
                LoaderLibrary(
                    soname="nvcuda.dll",
                    path=rf"{SYSTEM32}\nvcuda.dll",
                    real_path=rf"{SYSTEM32}\nvcuda.dll",
                    found_via="system",
                ),
            ),
            "cudnn_installs": (),
        }
        | changes.get("toolkit", {}),
        packages={"platform_tag": "win-amd64", "base_prefix": r"C:\Python312"}
        | changes.get("packages", {}),
    )
    at = {"executable": rf"{prefix}\python.exe", "prefix": prefix}
    variables = {"PATH": rf"{prefix}\Scripts;{SYSTEM32};C:\Windows"}
    facts = change(facts, "machine", environment=variables | changes.get("environment", {}))
    return msgspec.structs.replace(facts, target=msgspec.structs.replace(facts.target, **at))


def windows_tensorflow() -> Facts:
    """Return the last TensorFlow for Windows's own CUDA, as its documentation had it installed."""
    prefix = r"C:\Users\ada\miniconda3\envs\tf"
    site = rf"{prefix}\Lib\site-packages"
    bin_folder = rf"{prefix}\Library\bin"
    build = Framework(
        name="tensorflow",
        distribution="tensorflow",
        release="2.10.1",
        folder=rf"{site}\tensorflow",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse("11.2"),
        built_for_cudnn=CudnnVersion.parse("8"),
        build_source="tf.sysconfig",
        sass_targets=("sm_35", "sm_50", "sm_60", "sm_70", "sm_75", "sm_80"),
        ptx_targets=("compute_80",),
        runtime_cuda=BuiltForCuda.parse("11.2"),
        loaded_libraries=tuple(
            LoadedLibrary(soname=name, path=rf"{bin_folder}\{name}")
            for name in ("cudart64_110.dll", "cublas64_11.dll", "cudnn64_8.dll")
        ),
        import_s=4.1,
    )
    conda = tuple(
        CondaPackage(name=name, release=release, build=kind, channel="conda-forge")
        for name, release, kind in (
            ("cudatoolkit", "11.2.2", "h7d7167e_13"),
            ("cudnn", "8.1.0.77", "h3e0f4f4_0"),
            ("python", "3.10.18", "h8c5b53a_0_cpython"),
        )
    )
    installed = Installed(
        (build,), {"tensorflow": "2.10.1", "keras": "2.10.0", "numpy": "1.26.4"}, conda=conda
    )
    return windows_machine(
        gpu("RTX 3060"),
        "560.94",
        "12.6",
        installed,
        title="Windows 10 Pro 22H2",
        prefix=prefix,
        site=site,
        python="3.10.18",
        environment={"CONDA_PREFIX": prefix, "CONDA_DEFAULT_ENV": "tf"},
        packages={"environment_kind": "conda", "base_prefix": prefix},
        toolkit={
            "loader_libraries": tuple(
                LoaderLibrary(
                    soname=name,
                    path=rf"{bin_folder}\{name}",
                    real_path=rf"{bin_folder}\{name}",
                    found_via="PATH",
                )
                for name in ("cudart64_110.dll", "cublas64_11.dll", "cudnn64_8.dll")
            ),
            "cudnn_installs": (
                CudnnInstall(
                    path=rf"{bin_folder}\cudnn64_8.dll",
                    version=CudnnVersion.parse("8.1.0"),
                    found_via="conda",
                ),
            ),
        },
    )


def tegra_torch(release: str, cuda: str, cudnn: str, target: str) -> Installed:
    """Return a torch that was built for Jetson, on the CUDA of its JetPack."""
    home = f"/usr/local/cuda-{cuda}/lib64"
    major = cuda.split(".")[0]
    libraries = tuple(
        LoadedLibrary(soname=f"{name}.so.{major}", path=f"{home}/{name}.so.{major}")
        for name in ("libcublas", "libcublasLt", "libcudart")
    )
    build = Framework(
        name="torch",
        distribution="torch",
        release=release,
        folder="/home/ada/work/.venv/lib/python3.10/site-packages/torch",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda),
        built_for_cudnn=CudnnVersion.parse(cudnn),
        loaded_cudnn=CudnnVersion.parse(cudnn),
        runtime_cuda=BuiltForCuda.parse(cuda),
        build_source="torch.version",
        sass_targets=(target,),
        ptx_targets=(),
        loaded_libraries=(
            *libraries,
            LoadedLibrary(soname="libcudnn.so.9", path="/usr/lib/aarch64-linux-gnu/libcudnn.so.9"),
        ),
        import_s=3.3,
    )
    return Installed((build,), {"torch": release, "numpy": "1.26.4"})


def orin() -> Facts:
    """Return an Orin: NVML has no name for much, the GPU is no PCI device."""
    arm = "/usr/lib/aarch64-linux-gnu"
    bare = Gpu(
        index=0,
        name="Orin (nvgpu)",
        unavailable=dict.fromkeys(
            ("memory_total_bytes", "power_w", "temperature_c", "processes", "pci_address"),
            NOT_SUPPORTED,
        ),
    )
    device = CudaDevice(
        ordinal=0,
        name="Orin",
        uuid="GPU-5c5a8a1c-2c5c-5b5a-9a60-86a3b0d8a5f0",
        compute_capability=ComputeCapability.parse("8.7"),
        memory_total_bytes=62_841 * MIB,
    )
    return machine(
        [bare],
        "540.4.0",
        tegra_torch("2.5.0a0+872d972e41.nv24.08", "12.6", "9.3.0", "sm_87"),
        system=UBUNTU_22 | {"kernel_release": "5.15.148-tegra"},
        python="3.10.12",
        of_driver={
            "driver_cuda": DriverCuda.parse("12.6"),
            "library_path": f"{arm}/nvidia/libnvidia-ml.so.1",
        },
        cuda={
            "driver_cuda": DriverCuda.parse("12.6"),
            "library_path": f"{arm}/nvidia/libcuda.so.1.1",
            "devices": (device,),
        },
        environment={"CUDA_HOME": "/usr/local/cuda-12.6"},
        packages={"platform_tag": "linux-aarch64"},
        toolkit={
            "nvccs": (nvcc("12.6", "PATH", "CUDA_HOME"),),
            "host_compilers": gcc("11.4.0"),
            "loader_libraries": tuple(
                LoaderLibrary(
                    soname="libcuda.so.1",
                    path=f"{arm}/nvidia/libcuda.so.1",
                    real_path=f"{arm}/nvidia/libcuda.so.1.1",
                    found_via="ld.so.cache",
                    is_dangling=False,
                )
                for _ in range(1)
            ),
            "cudnn_installs": (
                CudnnInstall(
                    path=f"{arm}/libcudnn.so.9",
                    version=CudnnVersion.parse("9.3.0"),
                    found_via="ld.so.cache",
                ),
            ),
        },
        **jetson("NVIDIA Jetson AGX Orin Developer Kit"),
    )


def jetson(model: str) -> dict[str, Any]:
    """Return what is different on a Jetson, as fields of `Machine`."""
    paths = ("/dev/nvgpu/igpu0/ctrl", "/dev/nvhost-gpu", "/dev/nvhost-ctrl-gpu", "/dev/nvmap")
    return {
        "architecture": "aarch64",
        "cpu_model": None,
        "cpu_cores": 12,
        "memory_bytes": 61 * GIB,
        "shm_bytes": 30 * GIB,
        "hardware_model": model,
        "pci_displays": (),
        "device_nodes": tuple(
            DeviceNode(path=path, mode="crw-rw----", owner="root:video", is_accessible=True)
            for path in paths
        ),
        "kernel_modules": ("nvgpu", "nvidia", "nvidia_drm", "nvidia_modeset"),
        "kernel_module_release": DriverRelease.parse("540.4.0"),
        "kernel_module_flavour": "open",
        "kernel_module_on_disk": True,
        "is_secure_boot": None,
        "kernel_log": (
            "[    9.871203] nvidia: loading out-of-tree module taints kernel.",
            "[   10.112087] nvgpu: 17000000.gpu gk20a_scale_init:541 [INFO]  enabled scaling",
        ),
    }


def thor() -> Facts:
    """Return a Thor: the first Jetson with the data-centre's driver and NVML."""
    driver = "580.00"
    facts = machine(
        [
            gpu(
                "Thor",
                memory_total_bytes=None,
                memory_used_bytes=None,
                memory_free_bytes=None,
                memory_reserved_bytes=None,
                is_ecc_enabled=None,
                unavailable={"memory_total_bytes": NOT_SUPPORTED},
                pcie_generation=None,
                pcie_generation_max=None,
                pcie_width=None,
                pcie_width_max=None,
                power_limit_w=None,
                power_limit_default_w=None,
                power_w=None,
            )
        ],
        driver,
        tegra_torch("2.10.0+cu130", "13.0", "9.12.0", "sm_110"),
        python="3.12.3",
        cuda={"driver_cuda": DriverCuda.parse("13.0")},
        of_driver={"driver_cuda": DriverCuda.parse("13.0")},
        packages={"platform_tag": "linux-aarch64"},
        toolkit={"nvccs": (nvcc("13.0", "PATH"),)},
        **jetson("NVIDIA Jetson AGX Thor Developer Kit"),
    )
    device = (facts.cuda_driver.value.devices or ())[0]
    device = msgspec.structs.replace(device, memory_total_bytes=125_772 * MIB)
    facts = change(
        facts,
        "machine",
        kernel_release="6.8.12-tegra",
        kernel_module_release=DriverRelease.parse(driver),
        kernel_modules=("nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm"),
        device_nodes=(*nodes(1), *(facts.machine.value.device_nodes or ())),
    )
    return change(facts, "cuda_driver", devices=(device,))


OLD_SNAPSHOT = b"""{
 "gpucheck_release": "0.0.1",
 "schema_version": 1,
 "target": {"executable": "/env/bin/python"},
 "machine": {"outcome": "ok", "value": {"os_name": "Linux", "kernel_release": "6.1.0"}},
 "driver": {"outcome": "ok", "value": {
  "driver_release": "580.65.06", "driver_cuda": "13.0", "gpus": [{"index": 0, "name": "NVIDIA L4"}]
 }},
 "cuda_driver": {"outcome": "ok", "value": {"driver_cuda": "13.0"}},
 "toolkit": {"outcome": "ok", "value": {}},
 "packages": {"outcome": "ok", "value": {"python_release": "3.12.3"}},
 "frameworks": {"torch": {"outcome": "ok", "value": {
  "name": "torch", "release": "2.9.0+cu130", "is_cuda_build": true, "built_for_cuda": "13.0",
  "is_gpu_usable": true
 }}}
}"""


def few_fields() -> Facts:
    """Return what an early gpucheck knew, as it stands in its file."""
    return from_json(OLD_SNAPSHOT)


def ahead_of_the_tables() -> Facts:
    """Return what may exist next year."""
    driver = "640.21.03"
    build = msgspec.structs.replace(
        torch_wheels("2.15.0", "13.2").frameworks[0],
        release="2.18.0.dev20270114+cu135",
        built_for_cuda=BuiltForCuda.parse("13.5"),
        runtime_cuda=BuiltForCuda.parse("13.5"),
        sass_targets=("sm_80", "sm_90", "sm_100", "sm_120", "sm_130"),
        loaded_libraries=loaded({"nvidia-cublas": "13.9.0.1", "nvidia-cudnn-cu13": "9.40.0.1"}),
    )
    releases = {
        "torch": "2.18.0.dev20270114+cu135",
        "nvidia-cublas": "13.9.0.1",
        "nvidia-cudnn-cu13": "9.40.0.1",
        "numpy": "2.6.1",
    }
    return machine(
        [gpu("not in the tables")],
        driver,
        Installed((build,), releases),
        python="3.15.1",
        of_driver={"driver_cuda": DriverCuda.parse("14.0")},
        cuda={"driver_cuda": DriverCuda.parse("14.0")},
    )


SURROUNDINGS = (
    *containers(),
    *clusters(),
    *on_windows(),
    *jetsons(),
    *little_known(),
)
