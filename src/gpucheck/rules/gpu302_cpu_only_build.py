"""A framework was built without CUDA.

Why: a CPU build never uses a GPU and says nothing about it. Package indexes serve CPU builds for
some systems (PyTorch on Windows), and resolvers take them quietly.

How we know: the build says so itself in its own files, and this machine has an NVIDIA GPU. When
another framework here does have CUDA, the CPU build may be meant: then it is only a note.

Fix: install the CUDA build; the plain release number does not do, since the installed CPU build
already satisfies it.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install, install_torch
from gpucheck.tables import Tables

AND_CUDA = ("2.14.", "2.15.", "2.16.", "2.17.", "2.18.", "2.19.", "2.2", "3.")
"""Releases of TensorFlow that have the extra and-cuda (TensorFlow install guide, 2026-11)."""

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
    driver = facts.driver.value.driver_release
    has_cuda13 = driver is not None and driver.major >= 580  # noqa: PLR2004 - CUDA 13's floor
    wanted = {
        "tensorflow": f"tensorflow[and-cuda]=={release}",
        "jax": f"jax[{'cuda13' if has_cuda13 else 'cuda12'}]",
        "onnxruntime": "onnxruntime-gpu",
    }.get(build.name)
    is_old_tensorflow = build.name == "tensorflow" and not release.startswith(AND_CUDA)
    if wanted is None or is_old_tensorflow:
        return Remedy(f"Install a release of {build.name} that is built with CUDA.")
    # Two distributions that own one module break each other: the CPU one goes first.
    old = build.distribution if build.distribution != wanted.partition("[")[0] else None
    return install(facts, "Install the CUDA build.", wanted, instead_of=(old,) if old else ())


RULE = Rule(id="GPU302", cause="cpu-only-build", severity="error", check=check, needs=("packages",))
