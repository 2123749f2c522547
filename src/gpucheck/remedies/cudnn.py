"""Which cuDNN to install: one that fits the build, one that still supports the GPU."""

from __future__ import annotations

from gpucheck.compatibility.cudnn import last_cudnn_for, misfit, newest_wheel
from gpucheck.compatibility.installed import is_from_conda
from gpucheck.compatibility.libraries import library_owner
from gpucheck.compatibility.loaded import cuda_major_of, wheel_of
from gpucheck.facts import Facts, Framework, Gpu
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install
from gpucheck.tables import Known, Tables


def fitting_cudnn(facts: Facts, build: Framework | None, tables: Tables) -> Remedy:
    """Return how to get the one cuDNN that a build was compiled for."""
    wanted = build.built_for_cudnn if build else None
    if build is None or wanted is None:
        return Remedy(
            "Keep one cuDNN: of the major that the framework was compiled with and no lower minor."
            " Unset LD_LIBRARY_PATH if it leads to another, or install the one that is missing."
        )
    text = f"Keep one cuDNN: of major {wanted.major}"
    if len(wanted.parts) > 1:
        text += f" and no lower than {wanted.major}.{wanted.minor}"
    text += ". Where LD_LIBRARY_PATH leads to another, take that folder off it."
    wheel = _wheel(build, tables)
    listed = {d.name: d for d in facts.packages.value.distributions or ()}
    if wheel is None or wheel not in listed or is_from_conda(facts, "cudnn", "libcudnn"):
        return Remedy(text)
    pin = f">={wanted},<{wanted.major + 1}" if len(wanted.parts) > 1 else f"=={wanted.major}.*"
    return install(facts, text, f"{wheel}{pin}")


def last_cudnn(facts: Facts, build: Framework | None, gpu: Gpu | None, tables: Tables) -> Remedy:
    """Return how to get the last cuDNN with code for a GPU."""
    capability = gpu.compute_capability if gpu else None
    major = cuda_major_of(build) if build else None
    last = last_cudnn_for(capability, major, tables) if capability else None
    if build is None or last is None:
        return Remedy(
            "Install an older build of the framework, whose cuDNN still supports this GPU; or the"
            " last cuDNN that does."
        )
    text = f"cuDNN {last} is the last for this GPU and CUDA {major}."
    wanted = build.built_for_cudnn
    wheel = _wheel(build, tables)
    release = newest_wheel(wheel, last, tables) if wheel else None
    listed = {d.name for d in facts.packages.value.distributions or ()}
    is_too_new = wanted is not None and misfit(wanted, last) is not None
    if is_too_new or release is None or wheel not in listed:
        return Remedy(f"{text} Install an older build of the framework, which comes with it.")
    text += " pip will warn that the framework asks for another one."
    return install(facts, text, f"{wheel}=={release}")


def _wheel(build: Framework, tables: Tables) -> str | None:
    owner = library_owner("libcudnn.so", tables)
    return wheel_of(owner.value, cuda_major_of(build)) if isinstance(owner, Known) else None
