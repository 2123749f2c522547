"""ONNX Runtime is installed twice: for the CPU and for the GPU.

Why: onnxruntime and onnxruntime-gpu install the same module, and the files of the one that came
last win. After onnxruntime (often a requirement of something else) the CUDA provider is gone, and
models run on the CPU.

How we know: both distributions are installed. An error when the CPU's files won, or that cannot
be told; a warning while the CUDA provider is still there.

Fix: uninstall both, then install onnxruntime-gpu alone.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import gpu_packages_of_onnxruntime
from gpucheck.compatibility.installed import releases
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables

CPU_PACKAGES = ("onnxruntime", "ort-nightly")


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report the CPU package beside the GPU package."""
    installed = releases(facts)
    both = [*(name for name in CPU_PACKAGES if name in installed)]
    gpu = gpu_packages_of_onnxruntime(facts)
    section = facts.installed.get("onnxruntime")
    if not both or not gpu or facts.has_nvidia_gpu is False:
        return
    works = bool(section and section.value.is_cuda_build)
    left = (
        "the CUDA provider is there as yet, and goes with the next upgrade"
        if works
        else "the CPU package's files can hide the CUDA provider"
    )
    yield Finding(
        subject="framework/onnxruntime",
        message=f"{both[0]} and {gpu[0]} overwrite each other: {left}.",
        evidence=tuple(f"{name} {installed[name]}" for name in (*both, *gpu)),
        severity="warning" if works else "error",
    )


RULE = Rule(
    "GPU311",
    "conflicting-packages",
    "error",
    check,
    needs=("packages",),
    mend=lambda facts, tables, _: install_cuda_build("onnxruntime", facts, tables),
)
