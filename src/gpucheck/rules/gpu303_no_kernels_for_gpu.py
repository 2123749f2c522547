"""A framework's build holds no code for this GPU.

Why: a CUDA build carries machine code for a list of GPU generations. On a GPU outside that list
it imports, says that CUDA is available, and fails at the first kernel ("no kernel image"). What
compiles on the spot (CuPy, JAX) fails as well when its CUDA has dropped the GPU.

How we know: none of the compiled targets runs on the GPU's compute capability: no machine code of
the same major with an equal or lower minor, and no PTX of an equal or lower capability. Or: the
last CUDA for this GPU is of an older major than the build's.

Fix: a newer build for a newer GPU, an older one for an older GPU.
"""

from collections.abc import Iterator

from gpucheck.compatibility.compiled_for import compiled_for, cuda_has_dropped
from gpucheck.compatibility.devices import code_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_cuda_build, install_torch
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every build's targets with every GPU."""
    for name, section in facts.installed.items():
        build = section.value
        why = {gpu.index: _why(build, gpu, facts, tables) for gpu in facts.visible_gpus}
        lacking = [gpu for gpu in facts.visible_gpus if why[gpu.index]]
        if not lacking:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        names = ", ".join(f"{gpu.name} ({gpu.compute_capability})" for gpu in lacking)
        yield Finding(
            subject=f"framework/{name}",
            message=f"This build of {title} has no code for {names}: every kernel fails there.",
            evidence=(
                *dict.fromkeys(why[gpu.index] or "" for gpu in lacking),
                *(
                    f"GPU {g.index}: compute capability {g.compute_capability} (NVML)"
                    for g in lacking
                ),
            ),
            severity="error" if len(lacking) == len(facts.visible_gpus) else "warning",
        )


def _why(build: Framework, gpu: Gpu, facts: Facts, tables: Tables) -> str | None:
    """Say why a build has nothing for a GPU; None: it has, or nobody knows."""
    if gpu.compute_capability is None:
        return None
    what = f"{build.distribution or build.name} {build.release}"
    compiled = compiled_for(build, facts, tables)
    if compiled is not None:
        if code_for(gpu.compute_capability, compiled.sass, compiled.ptx) != "none":
            return None
        targets = ", ".join((*compiled.sass, *compiled.ptx))
        return f"{what} is compiled for {targets} ({compiled.source})"
    last = cuda_has_dropped(build, gpu.compute_capability, tables)
    cuda = build.built_for_cuda or build.built_for_cuda_major
    return (
        f"{what} is built for CUDA {cuda}; the last CUDA for this GPU is {last}" if last else None
    )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to install the build that has code for these GPUs."""
    name = subject.removeprefix("framework/")
    if name == "torch" or (subject == "report" and "torch" in facts.installed):
        return install_torch(facts, tables)
    if name in facts.installed:
        return install_cuda_build(name, facts, tables)
    return Remedy("Install a release that is built for this GPU's compute capability.")


RULE = Rule("GPU303", "gpu-arch-not-in-wheel", "error", check, needs=("packages",), mend=mend)
