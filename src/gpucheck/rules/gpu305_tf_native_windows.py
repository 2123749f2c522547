"""TensorFlow after 2.10 has no GPU support on native Windows.

Why: 2.10 was the last release with a CUDA build for Windows. Newer ones install and run there
without a word, on the CPU.

How we know: the system is Windows itself (not WSL), TensorFlow is newer than the last release
whose Windows wheel is a CUDA build, and it does not say that it is one. With the DirectML plugin
it has another way to the GPU, and nothing is said. When another training framework here uses
CUDA, it is only a note.

Fix: TensorFlow inside WSL2, or TensorFlow 2.10 with the Python, CUDA and cuDNN of its time.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import (
    cpu_builds,
    is_beyond_windows,
    last_tensorflow_for_windows,
)
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Finding, Rule, Severity
from gpucheck.remedies import instead_of_windows
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a TensorFlow on Windows that can have no CUDA."""
    judged = tuple(cpu_builds("GPU305", facts, tables)) or tuple(_in_report(facts, tables))
    for build, severity in judged:
        last = last_tensorflow_for_windows(tables)
        yield Finding(
            subject="framework/tensorflow",
            message=(
                f"TensorFlow {build.release} cannot use the GPU on native Windows: its last CUDA"
                f" build there is {last}."
            ),
            evidence=(
                f"{facts.machine.value.os_title or 'Windows'}, not WSL",
                f"{build.distribution or 'tensorflow'} {build.release}"
                f" ({build.build_source or 'its wheel for Windows has no CUDA'})",
            ),
            severity=severity,
        )


def _in_report(facts: Facts, tables: Tables) -> Iterator[tuple[Framework, Severity]]:
    """Yield it where a pasted report names release and system, and nothing of the build."""
    section = facts.installed.get("tensorflow")
    is_windows = facts.machine.value.os_name == "Windows" and not facts.machine.value.is_wsl
    if facts.origin != "report" or not section or not is_windows:
        return
    build = section.value
    is_open = build.is_cuda_build is None and not build.devices
    is_ours = (build.distribution or "tensorflow") in {"tensorflow", "tensorflow-intel"}
    is_judged = is_open and is_ours and facts.has_nvidia_gpu is not False
    if is_judged and is_beyond_windows(build.release, tables):
        yield build, "error"


RULE = Rule(
    "GPU305",
    "tf-native-windows-unsupported",
    "error",
    check,
    needs=("machine", "packages"),
    mend=lambda _, tables, *__: instead_of_windows("tensorflow", tables),
)
