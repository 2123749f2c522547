"""A framework's build holds no code for this GPU.

Why: a CUDA build carries machine code for a list of GPU generations. On a GPU outside that list
it imports, says that CUDA is available, and fails at the first kernel ("no kernel image").

How we know: none of the compiled targets runs on the GPU's compute capability: no machine code of
the same major with an equal or lower minor, and no PTX of an equal or lower capability.

Fix: a newer build for a newer GPU, an older one for an older GPU.
"""

from collections.abc import Iterator

from gpucheck.compatibility.devices import code_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_torch
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every build's targets with every GPU."""
    for name, section in facts.installed.items():
        build = section.value
        # Unknown targets say nothing; frameworks that compile at run time have none.
        if not build.is_cuda_build or not build.sass_targets:
            continue
        lacking = [gpu for gpu in facts.visible_gpus if _lacks(build, gpu)]
        if not lacking:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        names = ", ".join(f"{gpu.name} ({gpu.compute_capability})" for gpu in lacking)
        targets = ", ".join((*build.sass_targets, *(build.ptx_targets or ())))
        yield Finding(
            subject=f"framework/{name}",
            message=f"This build of {title} has no code for {names}: every kernel fails there.",
            evidence=(
                f"{build.distribution or name} {build.release} is compiled for {targets}",
                *(
                    f"GPU {g.index}: compute capability {g.compute_capability} (NVML)"
                    for g in lacking
                ),
            ),
            remedy=install_torch(facts, tables)
            if name == "torch"
            else Remedy(f"Install a release of {title} that is built for this GPU."),
            severity="error" if len(lacking) == len(facts.visible_gpus) else "warning",
        )


def _lacks(build: Framework, gpu: Gpu) -> bool:
    capability = gpu.compute_capability
    if capability is None:
        return False
    return code_for(capability, build.sass_targets or (), build.ptx_targets or ()) == "none"


RULE = Rule(
    id="GPU303",
    cause="gpu-arch-not-in-wheel",
    severity="error",
    check=check,
    needs=("driver", "packages"),
)
