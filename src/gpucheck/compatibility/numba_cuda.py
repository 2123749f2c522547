"""Which CUDA's compiler (NVVM) Numba would take, as far as the facts show.

Numba looks among conda's packages, NVIDIA's wheels, CUDA_HOME and the usual folders (numba and
numba-cuda documentation, 2026-11); where these differ, which one it takes is not judged.
"""

from __future__ import annotations

from gpucheck.compatibility.installed import version_of
from gpucheck.facts import Facts

_WHEELS = ("nvidia-cuda-nvcc-cu12", "nvidia-cuda-nvcc-cu11", "nvidia-nvvm", "nvidia-cuda-nvcc")
_CONDA = ("cudatoolkit", "cuda-nvvm", "cuda-nvvm-impl", "cuda-nvcc-impl")


def compilers(facts: Facts) -> dict[tuple[int, int], str]:
    """Return the CUDA releases whose NVVM is here, with where."""
    packages = facts.packages.value
    found: dict[tuple[int, int], str] = {}
    named = [(d.name, d.release) for d in packages.distributions or () if d.name in _WHEELS]
    named += [(p.name, p.release) for p in packages.conda_packages or () if p.name in _CONDA]
    for name, release in named:
        version = version_of(release)
        if version is not None:
            found.setdefault((version.major, version.minor), f"{name} {release}")
    for nvcc in facts.toolkit.value.nvccs or ():
        if nvcc.toolkit_cuda is not None:
            cuda = nvcc.toolkit_cuda
            found.setdefault((cuda.major, cuda.minor), nvcc.path)
    return found


def is_gpu_meant(facts: Facts) -> bool:
    """Tell whether Numba is here for the GPU; most install it for the CPU, or as a requirement."""
    return any(d.name.startswith("numba-cuda") for d in facts.packages.value.distributions or ())
