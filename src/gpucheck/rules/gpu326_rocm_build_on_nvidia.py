"""A framework was built for AMD's ROCm, and this machine's GPU is NVIDIA's.

Why: a ROCm build calls AMD's libraries. On an NVIDIA GPU it finds "no HIP GPUs" and runs on the
CPU, or cannot be imported for want of libamdhip64.

How we know: the build says so itself (torch.version.hip, cupy-rocm, tensorflow-rocm), there is an
NVIDIA GPU, and no AMD display adapter. Where AMD graphics are there too, or it cannot be told, it
counts only if the build sees no GPU, and then as a warning.

Fix: install the CUDA build.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_cuda_build, install_torch
from gpucheck.tables import Tables

AMD_VENDOR_ID = "1002"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report ROCm builds on a machine with an NVIDIA GPU."""
    if not facts.has_nvidia_gpu or facts.is_gpu_kept_outside:
        return
    displays = facts.machine.value.pci_displays
    vendors = {display.vendor_id for display in displays or ()}
    is_nvidia_alone = displays is not None and AMD_VENDOR_ID not in vendors
    said = said_for("GPU326", facts, tables)
    for name, part in facts.installed.items():
        build = part.value
        is_told = build.is_rocm_build is not None
        lines = [each for each in said if each.line.subject in {f"framework/{name}", "report"}]
        is_rocm = build.is_rocm_build or (not is_told and bool(lines) and name == "torch")
        if not is_rocm or build.devices or (not is_nvidia_alone and not _sees_nothing(build)):
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} was built for AMD's ROCm, and the GPU is NVIDIA's: it cannot use it.",
            evidence=(
                f"{build.distribution or name} {build.release} ({build.build_source})",
                *(each.evidence for each in lines[:2]),
            ),
            remedy=mend(facts, tables, f"framework/{name}"),
            severity="error" if is_nvidia_alone else "warning",
        )


def _sees_nothing(build: Framework) -> bool:
    failure = build.import_failure
    lacks_hip = failure is not None and "hip" in (failure.missing_library or "")
    return build.devices == () or build.is_gpu_usable is False or lacks_hip


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Install the CUDA build of the same framework."""
    name = subject.rpartition("/")[2]
    if name == "torch":
        return install_torch(facts, tables)
    if name in facts.frameworks:
        return install_cuda_build(name, facts, tables)
    return Remedy("Uninstall the ROCm build, then install the CUDA build of the framework.")


RULE = Rule("GPU326", "wrong-vendor-build", "error", check, needs=("packages",), mend=mend)
