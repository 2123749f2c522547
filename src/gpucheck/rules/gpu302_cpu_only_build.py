"""A framework was built without CUDA.

Why: a CPU build never uses a GPU and says nothing about it. Package indexes serve CPU builds for
some systems (PyTorch on Windows), and resolvers take them quietly.

How we know: the build says so itself in its own files, and this machine has an NVIDIA GPU. When
another training framework here uses CUDA, the CPU build may be meant: then it is only a note.

Fix: install the CUDA build; the plain release number does not do, since the installed CPU build
already satisfies it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install, install_torch
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda

FIRST_AND_CUDA = "2.14"
"""The first TensorFlow with the extra and-cuda (its wheels' metadata, 2026-11)."""

TRAINING = {"torch", "tensorflow", "jax", "mxnet"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report CPU builds on a machine with a GPU."""
    if not facts.has_nvidia_gpu or facts.is_gpu_kept_outside:
        return
    builds = [section.value for section in facts.installed.values()]
    has_other = any(build.name in TRAINING and _uses_cuda(build) for build in builds)
    for build in builds:
        # A ROCm build is another mistake, with its own rule.
        if build.is_cuda_build is not False or build.is_rocm_build or _has_gpu(build):
            continue
        title = FRAMEWORK_TITLES.get(build.name, build.name)
        yield Finding(
            subject=f"framework/{build.name}",
            message=f"{title} was built without CUDA: it runs on the CPU.",
            evidence=(
                f"{build.distribution or build.name} {build.release} ({build.build_source})",
            ),
            remedy=_remedy(build, facts, tables),
            severity="note" if has_other else "error",
        )


def _uses_cuda(build: Framework) -> bool:
    return bool(build.is_cuda_build) and build.devices != ()


def _has_gpu(build: Framework) -> bool:
    """Tell whether it uses a GPU all the same: by DirectML, OpenVINO, or what it says itself."""
    distribution = build.distribution or ""
    is_other_kind = distribution.endswith(("-directml", "-openvino", "-qnn", "-metal"))
    return bool(build.devices or build.is_gpu_usable or is_other_kind)


def _remedy(build: Framework, facts: Facts, tables: Tables) -> Remedy:
    release = (build.release or "").split("+")[0]
    if build.name == "torch":
        return install_torch(facts, tables)
    machine = facts.machine.value
    if build.name == "tensorflow" and machine.os_name == "Windows":
        return Remedy("TensorFlow after 2.10 has no CUDA build for Windows: use it inside WSL2.")
    wanted = {
        "tensorflow": f"tensorflow[and-cuda]=={release}" if _has_extra(release) else None,
        "jax": f"jax[{'cuda13' if _runs_cuda13(facts, tables) else 'cuda12'}]",
        "onnxruntime": "onnxruntime-gpu",
    }.get(build.name)
    if wanted is None:
        return Remedy(f"Install a release of {build.name} that is built with CUDA.")
    # Two distributions that own one module break each other: the CPU one goes first.
    old = build.distribution if build.distribution != wanted.partition("[")[0] else None
    return install(facts, "Install the CUDA build.", wanted, instead_of=(old,) if old else ())


def _has_extra(tensorflow_release: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(tensorflow_release) >= Version(FIRST_AND_CUDA)
    except InvalidVersion:
        return False


def _runs_cuda13(facts: Facts, tables: Tables) -> bool:
    driver = facts.driver.value.driver_release
    floor = driver_floor(BuiltForCuda((13, 0)), facts.driver_os, tables)
    return driver is not None and isinstance(floor, Known) and driver >= floor.value


RULE = Rule(id="GPU302", cause="cpu-only-build", severity="error", check=check, needs=("packages",))
