"""Python environments as their files show them, for the listed machines.

Releases of the wheels of CUDA come from the tables, so that an environment here is one that pip
really makes. The parts add up: `torch_wheels("2.8.0", "12.8") + torchvision("0.23.0+cu128")`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from gpucheck.facts import CondaPackage, Distribution, Framework, LoadedLibrary
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda, CudnnVersion

TABLES = Tables()
SITE = "/home/ada/work/.venv/lib/python3.12/site-packages"

EXTRAS = {  # of the cuda-toolkit distribution: the wheel that each brings
    "cublas": "nvidia-cublas",
    "cccl": "nvidia-cuda-cccl",
    "cudart": "nvidia-cuda-runtime",
    "cufft": "nvidia-cufft",
    "cufile": "nvidia-cufile",
    "cupti": "nvidia-cuda-cupti",
    "curand": "nvidia-curand",
    "cusolver": "nvidia-cusolver",
    "cusparse": "nvidia-cusparse",
    "nvjitlink": "nvidia-nvjitlink",
    "nvrtc": "nvidia-cuda-nvrtc",
    "nvtx": "nvidia-nvtx",
    "nvvm": "nvidia-nvvm",
}

LIBRARIES = {  # wheel without its -cuNN: its folder, its libraries with the number for 11, 12, 13
    "cublas": ("cublas", {"libcublas": "11 12 13", "libcublasLt": "11 12 13"}),
    "cuda-cupti": ("cuda_cupti", {"libcupti": "11.8 12 13"}),
    "cuda-nvrtc": ("cuda_nvrtc", {"libnvrtc": "11.2 12 13"}),
    "cuda-runtime": ("cuda_runtime", {"libcudart": "11.0 12 13"}),
    "cudnn": ("cudnn", {"libcudnn": "8 9 9"}),
    "cufft": ("cufft", {"libcufft": "10 11 12"}),
    "cufile": ("cufile", {"libcufile": "0 0 0"}),
    "curand": ("curand", {"libcurand": "10 10 10"}),
    "cusolver": ("cusolver", {"libcusolver": "11 11 12"}),
    "cusparse": ("cusparse", {"libcusparse": "11 12 12"}),
    "cusparselt": ("cusparselt", {"libcusparseLt": "0 0 0"}),
    "nccl": ("nccl", {"libnccl": "2 2 2"}),
    "nvjitlink": ("nvjitlink", {"libnvJitLink": "11 12 13"}),
    "nvshmem": ("nvshmem", {"libnvshmem_host": "3 3 3"}),
}
OWN_FOLDER = ("cudnn", "cusparselt", "nccl", "nvshmem")  # the others share nvidia/cu13


class Installed(msgspec.Struct, frozen=True):
    """A part of an environment: frameworks, and the distributions that came with them."""

    frameworks: tuple[Framework, ...] = ()
    releases: dict[str, str] = {}
    requires: dict[str, tuple[str, ...]] = {}
    conda: tuple[CondaPackage, ...] = ()

    def __add__(self, other: Installed) -> Installed:
        return Installed(
            self.frameworks + other.frameworks,
            self.releases | other.releases,
            self.requires | other.requires,
            self.conda + other.conda,
        )

    def distributions(
        self, site: str = SITE, installer: str = "pip", tag: str = "py3-none-any"
    ) -> tuple[Distribution, ...]:
        """Return what the metadata folders of the site folder tell."""
        return tuple(
            Distribution(
                name=name,
                release=release,
                folder=site,
                installer=installer,
                wheel_tags=(tag,),
                requires=self.requires.get(name, ()),
                is_editable=False,
            )
            for name, release in sorted(self.releases.items())
        )

    def without_imports(self) -> Installed:
        """Return what is known when nothing was imported: the fields that files tell."""
        build_fields = (
            *("name", "distribution", "release", "folder", "is_cuda_build", "is_rocm_build"),
            *("built_for_cuda", "built_for_cuda_major", "build_source", "unavailable"),
        )
        static = tuple(
            Framework(**{field: getattr(build, field) for field in build_fields})
            for build in self.frameworks
        )
        return msgspec.structs.replace(self, frameworks=static)


def packages(**releases: str) -> Installed:
    """Return plain distributions by name and release; "_" stands for "-" in a name."""
    return Installed(releases={name.replace("_", "-"): each for name, each in releases.items()})


NUMPY = packages(numpy="2.2.6")
NUMPY_1 = packages(numpy="1.26.4")


def torch_wheels(release: str, cuda: str | None, *, site: str = SITE, **changes: Any) -> Installed:
    """Return PyTorch from PyTorch's index, with the wheels of CUDA that it pins."""
    variant = f"cu{cuda.replace('.', '')}" if cuda else "cpu"
    build = Framework(
        name="torch",
        distribution="torch",
        release=f"{release}+{variant}",
        folder=f"{site}/torch",
        is_cuda_build=cuda is not None,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda) if cuda else None,
        build_source="torch.version",
        import_s=1.31,
    )
    if cuda is None:
        build = msgspec.structs.replace(build, is_gpu_usable=False, devices=())
        return Installed((msgspec.structs.replace(build, **changes),), {"torch": f"{release}+cpu"})
    row = next(
        row
        for row in TABLES.torch_wheels.rows
        if (row.torch, row.variant, row.platform) == (release, variant, "linux_x86_64")
    )
    wheels = cuda_wheels_of_torch(release, cuda, row.cudnn, row.nccl)
    cudnn = wheels.get("nvidia-cudnn-cu12") or wheels.get("nvidia-cudnn-cu13") or row.cudnn
    version = CudnnVersion.parse(".".join(cudnn.split(".")[:3])) if cudnn else None
    targets = row.targets or ("7.5", "8.0", "8.6", "9.0", "10.0", "12.0")
    build = msgspec.structs.replace(
        build,
        sass_targets=tuple(f"sm_{t.removesuffix('+PTX').replace('.', '')}" for t in targets),
        ptx_targets=tuple(
            f"compute_{t.removesuffix('+PTX').replace('.', '')}" for t in targets if "+" in t
        ),
        built_for_cudnn=version,
        loaded_cudnn=version,
        runtime_cuda=BuiltForCuda.parse(cuda),
        loaded_libraries=loaded(wheels, site),
    )
    pins = tuple(f"{name}=={pin}" for name, pin in wheels.items() if name != "cuda-bindings")
    return Installed(
        (msgspec.structs.replace(build, **changes),),
        {"torch": f"{release}+{variant}"} | wheels,
        {"torch": pins},
    )


def cuda_wheels_of_torch(
    release: str, cuda: str, cudnn: str | None, nccl: str | None
) -> dict[str, str]:
    """Return the wheels that a build pins; those of another index as the nearest release does."""
    rows = [row for row in TABLES.torch_index_wheels.rows if row.platform == "linux_x86_64"]
    own = next(row for row in rows if row.torch == release)
    same_cuda = [row for row in rows if row.cuda and str(row.cuda) == cuda]
    base = own if own in same_cuda else (same_cuda or [own])[-1]
    if not same_cuda:
        components = _components(cuda)
        wanted = [name.partition("==")[0] for name in _pins(own.requires)]
        major = cuda.split(".")[0]
        names = {re.sub(r"-cu1\d$", f"-cu{major}", name) for name in wanted}
        wheels = {name: components[name] for name in names if name in components}
        wheels |= {f"nvidia-cudnn-cu{major}": "", f"nvidia-nccl-cu{major}": "2.21.5"}
    else:
        wheels = dict(pin.split("==") for pin in _pins(base.requires))
    for name in wheels:
        if name.startswith("nvidia-cudnn") and cudnn:
            wheels[name] = cudnn
        if name.startswith("nvidia-nccl") and nccl:
            wheels[name] = nccl
    triton = next((r for r in own.requires or () if r.startswith("triton")), "")
    found = re.search(r"[=~]=(\d[\d.]+)", triton)
    return {k: v for k, v in wheels.items() if v} | ({"triton": found[1]} if found else {})


def _components(cuda: str) -> dict[str, str]:
    """Return the wheels of a CUDA; where its last patch leaves one out, the one before it."""
    components: dict[str, str] = {}
    for row in TABLES.nvidia_wheels.rows:
        if str(row.cuda).startswith(f"{cuda}."):
            components |= row.components
    return components


def _pins(requires: tuple[str, ...] | None) -> list[str]:
    """Return "name==release" of every wheel of CUDA; cuda-toolkit's extras are spelled out."""
    pins = []
    for line in requires or ():
        said = line.partition(";")[0].strip()
        if said.startswith("cuda-toolkit["):
            extras, _, release = said.removeprefix("cuda-toolkit[").partition("]==")
            components = _components(release.rpartition(".")[0]) | next(
                row.components
                for row in TABLES.nvidia_wheels.rows
                if str(row.cuda) in {release, f"{release}.0"}
            )
            pins.append(f"cuda-toolkit=={release}")
            pins += [f"{EXTRAS[e]}=={components[EXTRAS[e]]}" for e in extras.split(",")]
        elif said.startswith("cuda-bindings"):
            pins.append("cuda-bindings==" + ("13.0.3" if "13" in said else "12.9.4"))
        elif said.startswith("nvidia-") and "==" in said:
            pins.append(said)
    return pins


def loaded(wheels: dict[str, str], site: str = SITE) -> tuple[LoadedLibrary, ...]:
    """Return the libraries of the wheels as they are mapped after the import."""
    found = []
    for name in sorted(wheels):
        stem = re.sub(r"-cu1\d$", "", name).removeprefix("nvidia-")
        if not name.startswith("nvidia-") or stem not in LIBRARIES:
            continue
        folder, libraries = LIBRARIES[stem]
        tail = re.search(r"-cu(1\d)$", name)
        major = int(tail[1]) if tail else 13
        if major == 13 and stem not in OWN_FOLDER:
            folder = "cu13"
        for library, numbers in libraries.items():
            number = numbers.split()[major - 11]
            if stem == "cudnn":
                number = wheels[name].split(".")[0]
            soname = f"{library}.so.{number}"
            path = f"{site}/nvidia/{folder}/lib/{soname}"
            found.append(LoadedLibrary(soname=soname, path=path))
    return tuple(found)


def cuda_components(cuda: str, *names: str, cudnn: str = "", nccl: str = "") -> dict[str, str]:
    """Return wheels of one CUDA, asked for by name without "nvidia-" and "-cu12": "cublas"."""
    major = cuda.split(".")[0]
    tail = "" if major == "13" else f"-cu{major}"
    components = _components(cuda)
    wheels = {f"nvidia-{name}{tail}": components[f"nvidia-{name}{tail}"] for name in names}
    if cudnn:
        wheels[f"nvidia-cudnn-cu{major}"] = cudnn
    if nccl:
        wheels[f"nvidia-nccl-cu{major}"] = nccl
    return wheels


AND_CUDA = (
    *("cublas", "cuda-cupti", "cuda-nvcc", "cuda-nvrtc", "cuda-runtime"),
    *("cufft", "curand", "cusolver", "cusparse", "nvjitlink"),
)


def tensorflow_and_cuda(
    release: str = "2.20.0", wheels: dict[str, str] | None = None, *, site: str = SITE
) -> Installed:
    """Return tensorflow[and-cuda]; `wheels` may be those that another framework brought."""
    own = wheels or cuda_components("12.9", *AND_CUDA, cudnn="9.10.2.21", nccl="2.27.7")
    row = next(
        row
        for row in TABLES.tensorflow_wheels.rows
        if (row.release, row.package, row.platform) == (release, "tensorflow", "linux_x86_64")
    )
    sass = tuple(f"sm_{t.removesuffix('+PTX').replace('.', '')}" for t in row.targets or ())
    build = Framework(
        name="tensorflow",
        distribution="tensorflow",
        release=release,
        folder=f"{site}/tensorflow",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=row.cuda,
        built_for_cudnn=CudnnVersion.parse(str(row.cudnn_major)),
        build_source="tf.sysconfig",
        sass_targets=sass,
        ptx_targets=(f"compute_{sass[-1].removeprefix('sm_')}",),
        import_s=1.9,
        runtime_cuda=BuiltForCuda.parse("12.9"),
        loaded_libraries=loaded(own, site),
        companions=(),
    )
    keras = packages(keras="3.12.0", ml_dtypes="0.5.3", numpy="2.2.6")
    return Installed((build,), {"tensorflow": release} | own) + keras


def tensorflow_cpu(release: str = "2.20.0", *, site: str = SITE) -> Installed:
    """Return tensorflow-cpu."""
    build = Framework(
        name="tensorflow",
        distribution="tensorflow-cpu",
        release=release,
        folder=f"{site}/tensorflow",
        is_cuda_build=False,
        is_rocm_build=False,
        build_source="tf.sysconfig",
        import_s=1.2,
        is_gpu_usable=False,
        devices=(),
    )
    keras = packages(keras="3.12.0", ml_dtypes="0.5.3", numpy="2.2.6")
    return Installed((build,), {"tensorflow-cpu": release}) + keras


JAX_WHEELS = {
    12: "cublas cuda-cupti cuda-nvcc cuda-nvrtc cuda-runtime cufft cusolver cusparse nvjitlink",
    13: (
        "cublas cuda-cupti cuda-nvcc cuda-nvrtc cuda-runtime cufft cusolver cusparse nvjitlink nvvm"
    ),
}


def jax(
    release: str, cuda_major: int, wheels: dict[str, str] | None = None, *, site: str = SITE
) -> Installed:
    """Return jax[cuda12] or jax[cuda13]; `wheels` may be those that another framework brought."""
    cuda = {12: "12.9", 13: "13.0"}[cuda_major]
    cudnn = {12: "9.10.2.21", 13: "9.20.0.48"}[cuda_major]
    own = cuda_components(cuda, *JAX_WHEELS[cuda_major].split(), cudnn=cudnn, nccl="2.29.7")
    own |= {f"nvidia-nvshmem-cu{cuda_major}": "3.4.5"}
    own |= {name: pin for name, pin in (wheels or {}).items() if name in own}
    version = CudnnVersion.parse(".".join(own[f"nvidia-cudnn-cu{cuda_major}"].split(".")[:3]))
    build = Framework(
        name="jax",
        distribution="jax",
        release=release,
        folder=f"{site}/jax",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda),
        built_for_cuda_major=cuda_major,
        built_for_cudnn=CudnnVersion.parse({12: "9.8.0", 13: "9.12.0"}[cuda_major]),
        build_source=f"jax_cuda{cuda_major}_plugin._versions",
        import_s=1.1,
        runtime_cuda=BuiltForCuda.parse(cuda),
        loaded_cudnn=version,
        loaded_libraries=loaded(own, site),
    )
    plugins = {f"jax-cuda{cuda_major}-plugin": release, f"jax-cuda{cuda_major}-pjrt": release}
    beside = {"jaxlib": release, "ml-dtypes": "0.5.3", "numpy": "2.2.6"}
    return Installed((build,), {"jax": release} | beside | plugins | own)


def cupy(
    release: str, cuda_major: int, *, with_toolkit: bool = True, site: str = SITE
) -> Installed:
    """Return cupy-cuda12x or cupy-cuda13x, with the wheels of its [ctk] extra if asked."""
    cuda = {12: "12.9", 13: "13.0"}[cuda_major]
    names = [
        "cublas",
        "cuda-runtime",
        "cufft",
        "curand",
        "cusolver",
        "cusparse",
        "cuda-nvrtc",
        "nvjitlink",
    ]
    own = cuda_components(cuda, *names, "nvjitlink") if with_toolkit else {}
    name = f"cupy-cuda{cuda_major}x"
    build = Framework(
        name="cupy",
        distribution=name,
        release=release,
        folder=f"{site}/cupy",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda),
        built_for_cuda_major=cuda_major,
        build_source="cupy.cuda.driver.get_build_version()",
        import_s=0.2,
        runtime_cuda=BuiltForCuda.parse(cuda),
        loaded_libraries=(),
    )
    beside = {"cuda-pathfinder": "1.3.4", "numpy": "2.2.6"}
    return Installed((build,), {name: release} | beside | own)


def numba(cuda_major: int | None, release: str = "0.62.1", *, site: str = SITE) -> Installed:
    """Return numba, with numba-cuda[cuNN] unless `cuda_major` is None."""
    reason = "one build for all: code for GPUs is generated at run time"
    build = Framework(
        name="numba",
        distribution="numba",
        release=release,
        folder=f"{site}/numba",
        import_s=0.4,
        unavailable={"is_cuda_build": reason, "built_for_cuda": reason},
        loaded_libraries=(),
    )
    releases = {"numba": release, "llvmlite": "0.45.1", "numpy": "2.2.6"}
    if cuda_major is not None:
        cuda = {12: "12.9", 13: "13.0"}[cuda_major]
        names = ["cuda-runtime", "cuda-nvrtc", "nvjitlink", "cuda-cccl"]
        names.append("cuda-nvcc" if cuda_major == 12 else "nvvm")
        releases |= {"numba-cuda": "0.30.4", "cuda-core": "0.5.1", "cuda-pathfinder": "1.4.0"}
        releases |= {"cuda-bindings": "12.9.4" if cuda_major == 12 else "13.0.3"}
        releases |= cuda_components(cuda, *names)
    return Installed((build,), releases)


def onnxruntime_gpu(
    release: str = "1.23.2", cuda: str = "12.2", *, with_libraries: bool = True, site: str = SITE
) -> Installed:
    """Return onnxruntime-gpu, with the wheels of its [cuda,cudnn] extras if asked."""
    major = cuda.split(".")[0]
    names = ("cuda-nvrtc", "cuda-runtime", "cufft", "curand", "cublas", "nvjitlink")
    own: dict[str, str] = {}
    if with_libraries:
        own = cuda_components("12.9" if major == "12" else "13.0", *names, cudnn="9.10.2.21")
    reason = "it tells which providers were compiled in, not which work"
    build = Framework(
        name="onnxruntime",
        distribution="onnxruntime-gpu",
        release=release,
        folder=f"{site}/onnxruntime",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse(cuda),
        build_source="onnxruntime.get_available_providers()",
        import_s=0.15,
        loaded_libraries=(),
        unavailable={"is_gpu_usable": reason, "devices": reason},
    )
    return Installed((build,), {"onnxruntime-gpu": release, "numpy": "2.2.6"} | own)


def mxnet_cu112(*, site: str) -> Installed:
    """Return MXNet's last release for CUDA 11.2."""
    build = Framework(
        name="mxnet",
        distribution="mxnet-cu112",
        release="1.9.1",
        folder=f"{site}/mxnet",
        is_cuda_build=True,
        is_rocm_build=False,
        built_for_cuda=BuiltForCuda.parse("11.2"),
        build_source="mxnet.runtime.Features()",
        import_s=0.6,
        loaded_libraries=(
            LoadedLibrary(
                soname="libcudart.so.11.0",
                path="/usr/local/cuda-11.2/lib64/libcudart.so.11.0",
            ),
            LoadedLibrary(
                soname="libcublas.so.11", path="/usr/local/cuda-11.2/lib64/libcublas.so.11"
            ),
            LoadedLibrary(soname="libcudnn.so.8", path="/usr/lib/x86_64-linux-gnu/libcudnn.so.8"),
        ),
    )
    return Installed((build,), {"mxnet-cu112": "1.9.1", "numpy": "1.23.5"})
