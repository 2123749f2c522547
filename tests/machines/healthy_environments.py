"""Healthy machines that differ in what is installed: frameworks, package managers, toolkits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from gpucheck.facts import (
    Companion,
    CondaPackage,
    CudnnInstall,
    Facts,
    Framework,
    LoadedLibrary,
    LoaderLibrary,
)
from gpucheck.versions import BuiltForCuda, CudnnVersion
from machines.cards import gpu, gpus, pairs
from machines.environments_of import (
    NUMPY,
    Installed,
    cupy,
    jax,
    mxnet_cu112,
    numba,
    onnxruntime_gpu,
    packages,
    tensorflow_and_cuda,
    tensorflow_cpu,
    torch_wheels,
)
from machines.listed import ListedMachine
from machines.surroundings import (
    GIB,
    LIB,
    UBUNTU_20,
    change,
    change_framework,
    driver_libraries,
    gcc,
    machine,
    nvcc,
    toolkit_libraries,
)

OWN: Final = "made up from the tables"
DRIVER = "580.95.05"
CONDA = "/home/ada/miniforge3/envs/train"
CONDA_SITE = f"{CONDA}/lib/python3.12/site-packages"


def single_frameworks() -> Iterator[ListedMachine]:
    """Yield machines with one framework each."""
    for name, installed, notes in (
        ("tensorflow[and-cuda] 2.20", tensorflow_and_cuda(), ()),
        ("tensorflow[and-cuda] 2.21", tensorflow_and_cuda("2.21.0"), ()),
        ("jax[cuda12] 0.9.0", jax("0.9.0", 12), ()),
        ("jax[cuda13] 0.10.0", jax("0.10.0", 13), ()),
        ("cupy-cuda12x 14.2 with its wheels", cupy("14.2.0", 12), ()),
        ("cupy-cuda13x 14.2 with its wheels", cupy("14.2.0", 13), ()),
        ("numba with numba-cuda[cu12]", numba(12), ()),
        ("numba with numba-cuda[cu13]", numba(13), ()),
        ("onnxruntime-gpu 1.23 with its wheels", onnxruntime_gpu(), ()),
        ("onnxruntime-gpu 1.31 with its wheels", onnxruntime_gpu("1.31.1", "13.0"), ()),
    ):
        yield ListedMachine(
            name=f"an L40S with {name}",
            facts=machine([gpu("L40S")], DRIVER, installed),
            origin=OWN,
            expected=notes,
        )
    yield ListedMachine(
        name="CuPy on a system toolkit of the same major",
        facts=machine(
            [gpu("RTX 4090")],
            DRIVER,
            cupy("13.6.0", 12, with_toolkit=False),
            environment={"CUDA_PATH": "/usr/local/cuda-12.8"},
            toolkit={
                "nvccs": (nvcc("12.8", "CUDA_PATH"),),
                "loader_libraries": (
                    *driver_libraries(DRIVER),
                    *toolkit_libraries("/usr/local/cuda-12.8/lib64", 12, "ld.so.cache"),
                ),
            },
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="MXNet 1.9.1 for CUDA 11.2 on Python 3.8, with CUDA 11.2 and cuDNN 8 of the system",
        facts=mxnet_on_volta(),
        origin=OWN,
        expected=("GPU119", "GPU320"),
    )


def combinations() -> Iterator[ListedMachine]:
    """Yield machines with several frameworks in one environment."""
    torch = torch_wheels("2.9.1", "12.8")
    wheels = torch.releases
    for name, installed, notes in (
        ("torch 2.9.1 and tensorflow-cpu", torch + tensorflow_cpu(), ("GPU302",)),
        (
            "torch 2.9.1 and tensorflow[and-cuda] on one set of wheels",
            torch + tensorflow_and_cuda("2.20.0", nvidia(wheels)),
            (),
        ),
        (
            "torch 2.9.1 and jax[cuda12] on one set of wheels",
            torch + jax("0.9.0", 12, wheels),
            (),
        ),
        (
            "torch 2.9.1, onnxruntime-gpu on its cuDNN, and CuPy",
            torch
            + onnxruntime_gpu(with_libraries=False)
            + cupy("13.6.0", 12, with_toolkit=False)
            + NUMPY,
            (),
        ),
        (
            "torch 2.9.1 with torchvision and torchaudio",
            torch + packages(torchvision="0.24.1+cu128", torchaudio="2.9.1+cu128") + NUMPY,
            (),
        ),
        (
            "torch 2.11.0+cu130 with torchvision 0.26 and torchaudio 2.11",
            torch_wheels("2.11.0", "13.0")
            + packages(torchvision="0.26.0+cu130", torchaudio="2.11.0+cu130")
            + NUMPY,
            (),
        ),
        (
            "vllm 0.19.1 with its torch, xformers, flash-attn and bitsandbytes",
            torch_wheels("2.10.0", "12.8")
            + packages(
                vllm="0.19.1",
                xformers="0.0.35",
                flash_attn="2.8.3",
                bitsandbytes="0.49.2",
                torchvision="0.25.0",
                torchaudio="2.10.0",
                flashinfer_python="0.6.6",
            )
            + NUMPY,
            ("GPU205",),
        ),
        (
            "an nvcc 12.4 toolkit beside torch for 12.8",
            torch + packages(flash_attn="2.8.3") + NUMPY,
            ("GPU207",),
        ),
    ):
        toolkit = {"nvccs": (nvcc("12.4", "PATH"),)} if name.startswith("an nvcc") else {}
        yield ListedMachine(
            name=f"an A100 with {name}",
            facts=with_companions(machine([gpu("A100")], DRIVER, installed, toolkit=toolkit)),
            origin=OWN,
            expected=notes,
        )


def managers() -> Iterator[ListedMachine]:
    """Yield machines whose environments were made by conda, pixi, uv, poetry."""
    yield ListedMachine(
        name="conda's pytorch channel: pytorch 2.5.1 with pytorch-cuda 12.4",
        facts=conda_machine(
            "12.4",
            "2.5.1",
            (
                ("pytorch", "2.5.1", "py3.12_cuda12.4_cudnn9.1.0_0", "pytorch"),
                ("pytorch-cuda", "12.4", "hc786d27_7", "pytorch"),
                ("torchvision", "0.20.1", "py312_cu124", "pytorch"),
                ("torchaudio", "2.5.1", "py312_cu124", "pytorch"),
                ("torchtriton", "3.1.0", "py312", "pytorch"),
                ("cuda-cudart", "12.4.127", "0", "nvidia"),
                ("cuda-nvrtc", "12.4.127", "0", "nvidia"),
                ("libcublas", "12.4.5.8", "0", "nvidia"),
                ("libcufft", "11.2.1.3", "0", "nvidia"),
                ("libcurand", "10.3.9.90", "0", "nvidia"),
                ("libcusolver", "11.6.1.9", "0", "nvidia"),
                ("libcusparse", "12.3.1.170", "0", "nvidia"),
                ("libnvjitlink", "12.4.127", "0", "nvidia"),
                ("numpy", "2.2.6", "py312h72c5963_0", "conda-forge"),
            ),
            {"torchvision": "0.20.1", "torchaudio": "2.5.1"},
            bundles_cudnn=True,
        ),
        origin=OWN,
    )
    forge = (
        ("pytorch", "2.8.0", "cuda129_generic_py312_h8b6c5bb_200", "conda-forge"),
        ("pytorch-gpu", "2.8.0", "cuda129_generic_h43a4b0b_200", "conda-forge"),
        ("libtorch", "2.8.0", "cuda129_generic_h5f4d8ff_200", "conda-forge"),
        ("cuda-version", "12.9", "h4f385c5_3", "conda-forge"),
        ("cuda-cudart", "12.9.79", "h5888daf_0", "conda-forge"),
        ("cuda-nvrtc", "12.9.86", "h5888daf_0", "conda-forge"),
        ("libcublas", "12.9.1.4", "h9ab20c4_0", "conda-forge"),
        ("libcudnn", "9.10.2.21", "hf7e9902_0", "conda-forge"),
        ("nccl", "2.28.7.1", "h4d09622_0", "conda-forge"),
        ("numpy", "2.2.6", "py312h72c5963_0", "conda-forge"),
    )
    for kind in ("conda", "pixi"):
        yield ListedMachine(
            name=f"conda-forge's pytorch-gpu 2.8.0 in a {kind} environment",
            facts=change(
                conda_machine("12.9", "2.8.0", forge, {}, bundles_cudnn=False),
                "packages",
                environment_kind=kind,
            ),
            origin=OWN,
        )
    torch = torch_wheels("2.13.0", "13.0") + NUMPY
    for kind, installer in (("uv", "uv"), ("venv", "poetry")):
        yield ListedMachine(
            name=f"an environment of {installer} without pip",
            facts=machine(
                [gpu("RTX 5090")],
                DRIVER,
                torch,
                packages={
                    "environment_kind": kind,
                    "has_pip": False,
                    "distributions": torch.distributions(installer=installer),
                },
            ),
            origin=OWN,
        )


def toolkits() -> Iterator[ListedMachine]:
    """Yield machines with CUDA toolkits beside the wheels, none of them in the way."""
    torch = torch_wheels("2.9.1", "12.8") + NUMPY
    home = "/usr/local/cuda"
    yield ListedMachine(
        name="LD_LIBRARY_PATH leads to a toolkit of the same major; torch loads its own wheels",
        facts=machine(
            [gpu("RTX 4090")],
            DRIVER,
            torch,
            environment={"CUDA_HOME": home, "LD_LIBRARY_PATH": f"{home}/lib64"},
            toolkit={
                "nvccs": (nvcc("12.8", "PATH", "CUDA_HOME", home=home),),
                "loader_libraries": (
                    *toolkit_libraries(f"{home}/lib64", 12, "LD_LIBRARY_PATH"),
                    *driver_libraries(DRIVER),
                ),
            },
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="apt's nvidia-cuda-toolkit 12.0 with gcc 12 beside gcc 13",
        facts=machine(
            [gpu("RTX 3060")],
            DRIVER,
            torch,
            toolkit={
                "nvccs": (nvcc("12.0", "PATH", home="/usr/lib/nvidia-cuda-toolkit"),),
                "host_compilers": gcc("12.4.0"),
                "loader_libraries": (
                    *driver_libraries(DRIVER),
                    *toolkit_libraries(LIB, 12, "ld.so.cache"),
                ),
            },
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="CUDA_HOME set to one of three toolkits, PATH to the same, gcc 13 with CUDA 12.6",
        facts=machine(
            [gpu("A100")],
            DRIVER,
            torch_wheels("2.8.0", "12.6") + packages(flash_attn="2.8.3") + NUMPY,
            environment={"CUDA_HOME": "/usr/local/cuda-12.6"},
            toolkit={
                "nvccs": (
                    nvcc("12.6", "PATH", "CUDA_HOME"),
                    nvcc("11.8", "/usr/local/cuda-11.8"),
                    nvcc("13.0", "/usr/local/cuda-13.0"),
                ),
                "host_compilers": gcc("13.3.0"),
            },
        ),
        origin=OWN,
    )


def minor_versions() -> Iterator[ListedMachine]:
    """Yield machines on driver 535, whose CUDA is 12.2, with builds for later minors."""
    for release, cuda in (("2.6.0", "12.4"), ("2.7.1", "12.6"), ("2.9.1", "12.8")):
        yield ListedMachine(
            name=f"driver 535 with torch {release} for CUDA {cuda}: minor-version compatibility",
            facts=machine([gpu("A10")], "535.274.02", torch_wheels(release, cuda) + NUMPY),
            origin=OWN,
            expected=("GPU119", "GPU327"),
        )


def without_a_gpu() -> Iterator[ListedMachine]:
    """Yield machines that have no NVIDIA GPU and need none."""
    yield ListedMachine(
        name="a laptop without an NVIDIA GPU and torch for the CPU",
        facts=machine(
            [],
            None,
            torch_wheels("2.9.1", None) + NUMPY,
            memory_bytes=15 * GIB,
            hardware_model="ThinkPad X1 Carbon Gen 12",
        ),
        origin=OWN,
        expected=("GPU101",),
    )
    yield ListedMachine(
        name="a CI runner without a GPU and torch for CUDA",
        facts=change_framework(
            machine(
                [],
                None,
                torch_wheels("2.9.1", "12.8") + NUMPY,
                cpu_cores=4,
                memory_bytes=15 * GIB,
                shm_bytes=7 * GIB,
            ),
            "torch",
            is_gpu_usable=False,
            devices=(),
            gpu_error="RuntimeError: Found no NVIDIA driver on your system. Please check that you"
            " have an NVIDIA GPU and installed a driver from"
            " http://www.nvidia.com/Download/index.aspx",
        ),
        origin=OWN,
        expected=("GPU101",),
    )
    yield ListedMachine(
        name="macOS on Apple silicon",
        facts=mac(),
        origin=OWN,
        expected=("GPU101",),
    )


def nvidia(wheels: dict[str, str]) -> dict[str, str]:
    """Return only the wheels of CUDA."""
    return {name: release for name, release in wheels.items() if name.startswith("nvidia-")}


def with_companions(facts: Facts) -> Facts:
    """Let torch name the companions that are installed, as its probe does."""
    if "torch" not in facts.frameworks:
        return facts
    beside = {d.name: d.release for d in facts.packages.value.distributions or ()}
    companions = tuple(
        Companion(name=name, release=beside[name])
        for name in ("torchvision", "torchaudio")
        if name in beside
    )
    return change_framework(facts, "torch", companions=companions)


def mxnet_on_volta() -> Facts:
    """Return a machine of 2022 that still does its work."""
    prefix = "/home/ada/py38"
    site = f"{prefix}/lib/python3.8/site-packages"
    driver = "470.256.02"
    home = "/usr/local/cuda-11.2"
    libraries = (
        *toolkit_libraries(f"{home}/lib64", 11, "LD_LIBRARY_PATH"),
        *driver_libraries(driver),
        LoaderLibrary(
            soname="libcudnn.so.8",
            path=f"{LIB}/libcudnn.so.8",
            real_path=f"{LIB}/libcudnn.so.8.1.1",
            found_via="ld.so.cache",
            is_dangling=False,
        ),
    )
    return machine(
        [gpu("V100 PCIe")],
        driver,
        mxnet_cu112(site=site),
        system=UBUNTU_20,
        python="3.8.20",
        prefix=prefix,
        site=site,
        environment={"CUDA_HOME": home, "LD_LIBRARY_PATH": f"{home}/lib64"},
        toolkit={
            "nvccs": (nvcc("11.2", "PATH", "CUDA_HOME"),),
            "host_compilers": gcc("9.4.0"),
            "loader_libraries": libraries,
            "cudnn_installs": (
                CudnnInstall(
                    path=f"{LIB}/libcudnn.so.8",
                    version=CudnnVersion.parse("8.1.1"),
                    found_via="ld.so.cache",
                ),
            ),
        },
    )


def conda_machine(
    cuda: str,
    release: str,
    conda: tuple[tuple[str, str, str, str], ...],
    wheels: dict[str, str],
    *,
    bundles_cudnn: bool,
) -> Facts:
    """Return a machine with PyTorch of conda; its libraries lie in the environment's lib folder."""
    names = "libcublas.so.12 libcublasLt.so.12 libcudart.so.12 libcufft.so.11 libcurand.so.10"
    names += " libcusparse.so.12 libnvJitLink.so.12 libnvrtc.so.12"
    libraries = [LoadedLibrary(soname=name, path=f"{CONDA}/lib/{name}") for name in names.split()]
    folder = f"{CONDA_SITE}/torch/lib" if bundles_cudnn else f"{CONDA}/lib"
    libraries.append(LoadedLibrary(soname="libcudnn.so.9", path=f"{folder}/libcudnn.so.9"))
    cudnn = CudnnVersion.parse("9.1.0" if bundles_cudnn else "9.10.2")
    targets = (5, 0), (6, 0), (7, 0), (7, 5), (8, 0), (8, 6), (9, 0)
    build = Framework(
        name="torch",
        distribution="torch",
        release=release,
        folder=f"{CONDA_SITE}/torch",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda),
        built_for_cudnn=cudnn,
        loaded_cudnn=cudnn,
        runtime_cuda=BuiltForCuda.parse(cuda),
        build_source="torch.version",
        sass_targets=tuple(f"sm_{major}{minor}" for major, minor in targets),
        ptx_targets=(),
        loaded_libraries=tuple(libraries),
        import_s=1.7,
    )
    listed = tuple(
        CondaPackage(name=name, release=version, build=kind, channel=channel)
        for name, version, kind, channel in conda
    )
    installed = Installed((build,), {"torch": release, "numpy": "2.2.6"} | wheels, conda=listed)
    facts = machine(
        gpus("A100", 2),
        DRIVER,
        installed,
        prefix=CONDA,
        site=CONDA_SITE,
        target={"found_via": "$CONDA_PREFIX", "name": "train"},
        environment={
            "CONDA_PREFIX": CONDA,
            "CONDA_DEFAULT_ENV": "train",
            "CONDA_SHLVL": "2",
            "CONDA_EXE": "/home/ada/miniforge3/bin/conda",
        },
        of_driver={"pairs": pairs(2)},
        packages={
            "environment_kind": "conda",
            "base_prefix": CONDA,
            "distributions": installed.distributions(CONDA_SITE, "conda"),
        },
    )
    return with_companions(facts)


def mac() -> Facts:
    """Return a Mac, where none of the driver's probes has anything to say."""
    site = "/Users/ada/work/.venv/lib/python3.13/site-packages"
    build = Framework(
        name="torch",
        distribution="torch",
        release="2.9.1",
        folder=f"{site}/torch",
        is_cuda_build=False,
        is_rocm_build=False,
        build_source="torch.version",
        is_gpu_usable=False,
        devices=(),
    )
    installed = Installed((build,), {"torch": "2.9.1", "numpy": "2.3.4"})
    of_machine: dict[str, Any] = {
        "os_name": "Darwin",
        "os_title": "macOS 26.1",
        "distribution": None,
        "distribution_like": (),
        "distribution_release": None,
        "kernel_release": "25.1.0",
        "architecture": "arm64",
        "libc_name": None,
        "libc_release": None,
        "is_container": None,
        "cpu_model": "Apple M4 Pro",
        "cpu_cores": 14,
        "memory_bytes": 48 * GIB,
        "hardware_model": "Mac16,8",
        "shm_bytes": None,
        "pci_displays": None,
        "device_nodes": None,
        "kernel_modules": None,
        "kernel_module_on_disk": None,
        "kernel_log": None,
        "is_secure_boot": None,
    }
    facts = machine(
        [],
        None,
        installed,
        system={},
        site=site,
        prefix="/Users/ada/work/.venv",
        python="3.13.9",
        packages={"platform_tag": "macosx-14.0-arm64"},
        toolkit={
            "nvccs": (),
            "host_compilers": None,
            "loader_libraries": None,
            "unavailable": {
                "host_compilers": "not asked on this system",
                "loader_libraries": "not looked for on this system",
            },
        },
        **of_machine,
    )
    missing = "dlopen(libcuda.dylib, 0x0006): tried: 'libcuda.dylib' (no such file)"
    return change(facts, "cuda_driver", load_error=missing)


ENVIRONMENTS = (
    *single_frameworks(),
    *combinations(),
    *managers(),
    *toolkits(),
    *minor_versions(),
    *without_a_gpu(),
)
