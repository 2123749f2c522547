"""Which release of a framework other than PyTorch fits this machine, and how to install it.

Pure: the builds come from the tables. Where the machine is not known well enough to choose (a
pasted line, a Jetson), there are words and no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from gpucheck.compatibility.builds import Build, Machine, misfits
from gpucheck.compatibility.cpu_builds import ONNXRUNTIME_GPU, last_tensorflow_for_windows
from gpucheck.compatibility.cudnn import last_cudnn_for, newest_wheel
from gpucheck.compatibility.framework_builds import BUILDS
from gpucheck.compatibility.installed import accepts, is_from_conda, releases, version_of
from gpucheck.compatibility.nvidia_wheels import majors_beside
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

_CUDNN = re.compile(r"(nvidia-cudnn-cu\d+)([^;]*)")
"""cuDNN's wheel and the releases that are asked for, without a marker."""


def fitting_build(
    name: str, facts: Facts, tables: Tables, is_wanted: Callable[[Build], bool] = lambda _: True
) -> Build | None:
    """Return the best build of a framework for this machine; None: none, or not to be told.

    The installed release comes first; then the CUDA major that the environment has already, so
    that it does not get two; then the newest.
    """
    machine = machine_to_fit(facts)
    if machine is None or name not in _CONDA_PACKAGES:
        return None  # MXNet's builds do not say for which GPUs they are
    part = facts.frameworks.get(name)
    installed = version_of(part.value.release) if part else None
    majors = majors_beside(name, facts, tables)

    def rank(build: Build) -> tuple[Any, ...]:
        version = version_of(build.release)
        is_kept = (
            version is not None and installed is not None and (version.public == installed.public)
        )
        # From 2.1 on TensorFlow's plain package is the CUDA build.
        is_plain = not build.package.startswith("tensorflow-")
        is_there = not majors or build.cuda.major in majors
        return is_kept, version is not None, is_there, version, is_plain, build.cuda.parts

    return max(filter(is_wanted, _fitting(name, machine, tables)), key=rank, default=None)


def _fitting(name: str, machine: Machine, tables: Tables) -> Iterator[Build]:
    """Yield the builds of which nothing is known that does not fit."""
    for build in BUILDS[name](tables):
        if not any(each.is_certain for each in misfits(build, machine, tables)):
            yield build


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
    machine = machine_to_fit(facts)
    if machine is None:
        return Remedy(f"Install a release of {title} that is built with CUDA for this machine.")
    if build is None:
        return _nothing_fits(name, machine, tables)
    wanted = f"{with_libraries(build, tables)}=={build.release}"
    text = f"Install {title} {build.release} for CUDA {build.cuda.major}."
    if name == "onnxruntime" and "[" in wanted:
        text += " Call onnxruntime.preload_dlls() before the first session: it loads them."
    pin = _cudnn_pin(build, machine, tables)
    if pin:
        text += " Newer cuDNN no longer supports this GPU."
    return install(facts, text, wanted, *pin, instead_of=_in_the_way(name, build, facts))


def _nothing_fits(name: str, machine: Machine, tables: Tables) -> Remedy:
    """Return what is left to do without a fitting build."""
    text = f"No CUDA build of {FRAMEWORK_TITLES.get(name, name)} in the tables"
    of_any_software = msgspec.structs.replace(machine, driver=None, python=None)
    if not any(_fitting(name, of_any_software, tables)):
        advice = "is made for this system and GPU: no other driver or Python changes that."
        return Remedy(f"{text} {advice}")
    advice = "fits this driver, GPU and Python together: upgrade the driver, or choose another"
    return Remedy(f"{text} {advice} Python.")


def _cudnn_pin(build: Build, machine: Machine, tables: Tables) -> tuple[str, ...]:
    """Return the last cuDNN for an old GPU; nothing: any that the build brings will do."""
    asked = next(filter(None, map(_CUDNN.match, build.brings)), None)
    if asked is None or not machine.capabilities:
        return ()
    wheel, specifier = asked.groups()
    oldest, major = min(machine.capabilities), build.cuda.major
    last = last_cudnn_for(oldest, major, tables)
    is_newest = not any(
        last and last < row.cudnn_to for row in tables.cudnn.rows if major in row.cuda_majors
    )
    release = newest_wheel(wheel, last, tables) if last and not is_newest else None
    return (f"{wheel}=={release}",) if accepts(specifier, release) else ()


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
        owners = ("onnxruntime", "onnxruntime-rocm", *ONNXRUNTIME_GPU)
        return tuple(each for each in owners if each in installed)
    if name == "tensorflow":
        others = ("tensorflow-cpu", "tensorflow-gpu", "tensorflow-rocm")
        return tuple(each for each in others if each in installed)
    # JAX takes the plugin of one CUDA major; those of another, or of ROCm, stay in its way.
    own, plugins = f"jax-cuda{build.cuda.major}", ("jax-cuda", "jax-rocm")
    return tuple(each for each in sorted(installed) if each.startswith(plugins) and own not in each)


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
