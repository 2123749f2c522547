"""Builds without CUDA on a machine with a GPU, and which rule speaks of each: exactly one.

Sources: TensorFlow's wheels for Windows (tensorflow_wheels), JAX's installation guide and ONNX
Runtime's (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.compatibility.installed import version_of
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Severity
from gpucheck.tables import Tables

TRAINING = {"torch", "tensorflow", "jax", "mxnet"}
ONNXRUNTIME_GPU = ("onnxruntime-gpu", "ort-nightly-gpu", "ort-gpu-nightly")
_NVIDIA = re.compile(r"(?i)\bnvidia\b(?! driver version:)(?![-_])")
"""The word, but in a package's name, and where PyTorch's collect_env says that it found none."""
OTHER_KINDS = ("-directml", "-openvino", "-qnn", "-metal")


def cpu_builds(rule: str, facts: Facts, tables: Tables) -> Iterator[tuple[Framework, Severity]]:
    """Yield the builds without CUDA that a rule speaks of, and how grave each is.

    When another training framework here uses CUDA, the CPU build may be meant: only a note.
    """
    builds = [section.value for section in facts.installed.values()]
    if not builds or facts.is_gpu_kept_outside:
        return
    if not (facts.has_nvidia_gpu or _is_cuda_asked_for(facts)):
        return
    for build in builds:
        # A ROCm build is another mistake, with its own rule.
        if build.is_cuda_build is not False or build.is_rocm_build or _has_gpu(build, facts):
            continue
        if _rule_for(build, facts, tables) == rule:
            others = (other for other in builds if other.name != build.name)
            has_other = any(each.name in TRAINING and _may_use_cuda(each) for each in others)
            yield build, "note" if has_other else "error"


def _is_cuda_asked_for(facts: Facts) -> bool:
    """Tell whether a report that names no GPU shows that somebody wants CUDA here."""
    if facts.origin != "report" or facts.has_nvidia_gpu is False:
        return False
    toolkit, packages = facts.toolkit.value, facts.packages.value
    asked = {package.name for package in packages.conda_packages or ()}
    has_cuda = bool(toolkit.nvccs or facts.named_cuda or asked & {"cudatoolkit", "pytorch-cuda"})
    return has_cuda or any(_NVIDIA.search(line.text) for line in facts.messages)


def is_beyond_windows(release: str | None, tables: Tables) -> bool | None:
    """Tell whether a TensorFlow is newer than the last with CUDA for Windows; None: not known."""
    version = version_of(release)
    last = last_tensorflow_for_windows(tables)
    asked, known = version, version_of(last)
    return None if asked is None or known is None else asked.release[:2] > known.release[:2]


def last_tensorflow_for_windows(tables: Tables) -> str | None:
    """Return the newest TensorFlow that has a CUDA build for Windows."""
    rows = tables.tensorflow_wheels.rows
    releases = [row.release for row in rows if row.platform == "win_amd64" and row.is_cuda_build]
    known = [version for version in map(version_of, releases) if version is not None]
    return str(max(known)) if known else None


def gpu_packages_of_onnxruntime(facts: Facts) -> tuple[str, ...]:
    """Return the installed distributions that hold ONNX Runtime with CUDA."""
    names = {d.name for d in facts.packages.value.distributions or ()}
    return tuple(name for name in ONNXRUNTIME_GPU if name in names)


def _rule_for(build: Framework, facts: Facts, tables: Tables) -> str:
    is_windows = facts.machine.value.os_name == "Windows"
    if build.name == "jax":
        return "GPU307"
    if build.name == "tensorflow" and is_windows and is_beyond_windows(build.release, tables):
        return "GPU305"
    if build.name == "onnxruntime" and gpu_packages_of_onnxruntime(facts):
        return "GPU311"
    return "GPU302"


def _may_use_cuda(build: Framework) -> bool:
    return build.is_cuda_build is not False and build.devices != ()


def _has_gpu(build: Framework, facts: Facts) -> bool:
    """Tell whether it uses a GPU all the same: by DirectML, OpenVINO, or what it says itself."""
    distribution = build.distribution or ""
    plugins = (d.name for d in facts.packages.value.distributions or ())
    has_plugin = build.name == "tensorflow" and "tensorflow-directml-plugin" in plugins
    is_other_kind = distribution.endswith(OTHER_KINDS)
    return bool(build.devices or build.is_gpu_usable or is_other_kind or has_plugin)
