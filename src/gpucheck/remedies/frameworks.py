"""Which release of a framework other than PyTorch fits this machine, and how to install it.

Pure: the builds come from the tables. Where the machine is not known well enough to choose (a
pasted line, a Jetson), there are words and no command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gpucheck.compatibility.builds import Build, misfits
from gpucheck.compatibility.cpu_builds import ONNXRUNTIME_GPU, last_tensorflow_for_windows
from gpucheck.compatibility.framework_builds import BUILDS
from gpucheck.compatibility.installed import is_from_conda, releases, version_of
from gpucheck.compatibility.nvidia_wheels import wheels_by_major
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install, install_from_conda, machine_to_fit
from gpucheck.tables import Tables

_CONDA_PACKAGES = {
    "tensorflow": ("tensorflow", "tensorflow=*=*cuda*"),
    "jax": ("jaxlib", "jaxlib=*=*cuda*"),
    "cupy": ("cupy", "cupy"),
    "onnxruntime": ("onnxruntime", "onnxruntime=*=*cuda*"),
}
"""What conda-forge's CUDA builds are asked for by (conda-forge's feedstocks, 2026-11)."""


def fitting_build(
    name: str, facts: Facts, tables: Tables, is_wanted: Callable[[Build], bool] = lambda _: True
) -> Build | None:
    """Return the best build of a framework for this machine; None: none, or not to be told.

    The installed release comes first, then the newest; of the CUDA majors that whose libraries
    the environment has already, so that it does not get two, else the newest.
    """
    machine = machine_to_fit(facts)
    if machine is None or name not in _CONDA_PACKAGES:
        return None  # MXNet's builds do not say for which GPUs they are
    part = facts.frameworks.get(name)
    installed = version_of(part.value.release) if part else None
    majors = wheels_by_major(facts, tables)

    def rank(build: Build) -> tuple[Any, ...]:
        version = version_of(build.release)
        is_kept = (
            version is not None and installed is not None and (version.public == installed.public)
        )
        # From 2.1 on TensorFlow's plain package is the CUDA build.
        is_plain = not build.package.startswith("tensorflow-")
        is_there = build.cuda.major in majors
        return is_kept, version is not None, version, is_plain, is_there, build.cuda.parts

    builds = (build for build in BUILDS[name](tables) if is_wanted(build))
    fitting = [
        build
        for build in builds
        if not any(each.is_certain for each in misfits(build, machine, tables))
    ]
    return max(fitting, key=rank, default=None)


def install_cuda_build(
    name: str, facts: Facts, tables: Tables, is_wanted: Callable[[Build], bool] = lambda _: True
) -> Remedy:
    """Return how to install the CUDA build of TensorFlow, JAX, CuPy or ONNX Runtime."""
    title = FRAMEWORK_TITLES.get(name, name)
    if facts.machine.value.os_name == "Windows" and name in {"tensorflow", "jax"}:
        return instead_of_windows(name, tables)
    if name not in _CONDA_PACKAGES:
        return Remedy(f"Install a release of {title} that is built with CUDA for this machine.")
    family, spec = _CONDA_PACKAGES[name]
    if is_from_conda(facts, family):
        return install_from_conda(facts, title, spec)
    build = fitting_build(name, facts, tables, is_wanted)
    if build is None and machine_to_fit(facts) is None:
        return Remedy(f"Install a release of {title} that is built with CUDA for this machine.")
    if build is None:
        text = (
            f"No CUDA build of {title} in the tables fits this driver, GPU and Python together:"
            " upgrade the driver, or choose another Python."
        )
        return Remedy(text)
    wanted = f"{with_libraries(build, tables)}=={build.release}"
    text = f"Install {title} {build.release} for CUDA {build.cuda.major}."
    if name == "onnxruntime" and "[" in wanted:
        text += " Call onnxruntime.preload_dlls() before the first session: it loads them."
    return install(facts, text, wanted, instead_of=_in_the_way(name, build, facts))


def with_libraries(build: Build, tables: Tables) -> str:
    """Return what pip is asked for, so that it brings CUDA's libraries along where it can."""
    key = build.release
    if build.package.startswith("cupy-"):
        rows = (row for row in tables.cupy_wheels.rows if row.package == build.package)
        has_extra = any(row.ctk for row in rows if row.release == key)
        return f"{build.package}[ctk]" if has_extra else build.package
    if build.package == "onnxruntime-gpu":
        known = {row.release: row.extras for row in tables.onnxruntime_wheels.rows}
        named = ",".join(name for name in ("cuda", "cudnn") if name in known.get(key, {}))
        return f"{build.package}[{named}]" if named else build.package
    return build.package


def _in_the_way(name: str, build: Build, facts: Facts) -> tuple[str, ...]:
    """Return the installed distributions that own the same modules: they go first."""
    installed = releases(facts)
    if name == "cupy":
        return tuple(sorted(each for each in installed if each.partition("-")[0] == "cupy"))
    if name == "onnxruntime":
        owners = ("onnxruntime", *ONNXRUNTIME_GPU)
        return tuple(each for each in owners if each in installed)
    if name == "tensorflow":
        return tuple(
            each for each in sorted(installed) if each in {"tensorflow-cpu", "tensorflow-gpu"}
        )
    # JAX takes the plugin of one CUDA major; those of another stay in its way.
    own = f"jax-cuda{build.cuda.major}"
    return tuple(
        each for each in sorted(installed) if each.startswith("jax-cuda") and own not in each
    )


def instead_of_windows(name: str, tables: Tables) -> Remedy:
    """Return what to do where a framework has no CUDA build for Windows."""
    if name == "jax":
        text = "JAX has no CUDA build for native Windows: use it inside WSL2."
        return Remedy(text, ("wsl --install",))
    last = last_tensorflow_for_windows(tables)
    rows = [row for row in tables.tensorflow_tested.rows if row.platform == "windows_gpu"]
    tested = rows[-1] if rows else None
    older = f" Or stay on Windows with TensorFlow {last}" if last else ""
    if older and tested is not None:
        older += f" (Python {tested.python}, CUDA {tested.cuda}, cuDNN {tested.cudnn})"
    text = (
        f"TensorFlow after {last or '2.10'} has no CUDA build for native Windows: install"
        f" tensorflow[and-cuda] inside WSL2.{older}{'.' if older else ''}"
    )
    return Remedy(text, ("wsl --install",))
