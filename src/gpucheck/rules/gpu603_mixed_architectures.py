"""A framework's build covers only some of the GPUs.

Why: GPUs of several generations rarely suit one build: newer builds lose code for old GPUs, older
ones have none for new GPUs. A program that spreads over all GPUs fails on those left out.

How we know: of the GPUs that CUDA shows, the build has code for some, and none for others.

Fix: leave those GPUs out with CUDA_VISIBLE_DEVICES, or use a build that has code for all.
"""

from collections.abc import Iterator

from gpucheck.compatibility.compiled_for import Compiled, compiled_for
from gpucheck.compatibility.devices import code_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables
from gpucheck.visible_devices import VARIABLE


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every build's code with every visible GPU."""
    gpus = facts.visible_gpus
    for name, section in facts.installed.items():
        compiled = compiled_for(section.value, facts, tables)
        if compiled is None:
            continue
        covered = [gpu for gpu in gpus if _has_code(compiled, gpu)]
        left_out = [gpu for gpu in gpus if _has_code(compiled, gpu) is False]
        if not covered or not left_out:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        yield Finding(
            subject=f"framework/{name}",
            message=f"This build of {title} has code for some of the GPUs only:"
            f" not for {', '.join(dict.fromkeys(_named(gpu) for gpu in left_out))}.",
            evidence=(
                f"compiled for {', '.join((*compiled.sass, *compiled.ptx))} ({compiled.source})",
                *(f"GPU {gpu.index}: {_named(gpu)} (NVML)" for gpu in gpus[:8]),
            ),
            remedy=_show_only(facts, covered),
            severity="warning",
        )


def _has_code(compiled: Compiled, gpu: Gpu) -> bool | None:
    """Tell whether a build has code for a GPU; None: not known."""
    if gpu.compute_capability is None:
        return None
    code = code_for(gpu.compute_capability, compiled.sass, compiled.ptx)
    return None if code == "unknown" else code != "none"


def _named(gpu: Gpu) -> str:
    return f"{gpu.name or 'GPU'} ({gpu.compute_capability})"


def _show_only(facts: Facts, covered: list[Gpu]) -> Remedy:
    text = "Use the GPUs that the build has code for, or install a build with code for all."
    mask = ",".join(gpu.uuid or str(gpu.index) for gpu in covered)
    is_windows = facts.machine.value.os_name == "Windows"
    return Remedy(text, (f"{'set' if is_windows else 'export'} {VARIABLE}={mask}",))


RULE = Rule(
    "GPU603", "mixed-gpus", "warning", check, needs=("driver", "packages"), explained_by=("GPU303",)
)
