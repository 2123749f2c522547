"""A build runs on this GPU only after the driver has compiled it (PTX).

Why: beside machine code for some GPU generations, builds carry PTX, which the driver compiles for
any newer GPU. The first start then takes minutes (until the result is cached), libraries may be
slower than they could, and a driver older than the build's CUDA cannot compile it at all
("the provided PTX was compiled with an unsupported toolchain").

How we know: of the build's targets none is machine code for this compute capability, and one is
PTX of an equal or lower capability.

Fix: a build with machine code for this GPU. Where there is none, let the first start finish once.
"""

from collections.abc import Iterator

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.compiled_for import compiled_for
from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.compatibility.drivers import is_newer_than_driver
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import fitting_offer, fitting_torch, install_cuda_build, install_torch
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report builds that have PTX and no machine code for a GPU."""
    for name, section in facts.installed.items():
        build = section.value
        compiled = compiled_for(build, facts, tables)
        jit = [
            gpu
            for gpu in facts.visible_gpus
            if compiled and compiled.is_jit_only(gpu.compute_capability)
        ]
        if not compiled or not jit:
            continue
        names = ", ".join(f"{gpu.name} ({gpu.compute_capability})" for gpu in jit)
        title = FRAMEWORK_TITLES.get(name, name)
        too_new = _is_beyond_driver(build, facts)
        leads = (
            f"the driver, which offers CUDA {facts.driver.value.driver_cuda}, cannot compile PTX of"
            f" CUDA {build.built_for_cuda}, so every kernel fails"
            if too_new
            else "the driver compiles it at the first start, which takes minutes"
        )
        yield Finding(
            subject=f"framework/{name}",
            message=f"This build of {title} has only PTX for {names}: {leads}.",
            evidence=(
                f"{build.distribution or name} {build.release} is compiled for"
                f" {', '.join((*compiled.sass, *compiled.ptx))} ({compiled.source})",
            ),
            severity="error" if too_new else "warning",
        )


def _is_beyond_driver(build: Framework, facts: Facts) -> bool:
    offered = facts.cuda_driver.value.driver_cuda or facts.driver.value.driver_cuda
    built = build.built_for_cuda
    return bool(offered and built and is_newer_than_driver(built, offered))


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return how to install a build with machine code, where the tables know one."""
    capabilities = [gpu.compute_capability for gpu in facts.visible_gpus if gpu.compute_capability]

    def has_machine_code(build: Build | None) -> bool:
        if build is None or build.targets is None:
            return False
        sass, _ = targets_of(build.targets)
        return all(code_for(each, sass, ()) == "sass" for each in capabilities)

    if subject == "framework/torch" and has_machine_code(fitting_torch(facts, tables)):
        return install_torch(facts, tables)
    is_tensorflow = subject == "framework/tensorflow" and capabilities
    if is_tensorflow and fitting_offer("tensorflow", facts, tables, has_machine_code):
        return install_cuda_build("tensorflow", facts, tables, has_machine_code)
    text = "Let the first start finish once: the driver keeps what it compiled."
    return Remedy(f"{text} A build with machine code for this GPU spares that.")


RULE = Rule(
    "GPU304",
    "ptx-only",
    "error",
    check,
    needs=("driver", "packages"),
    explained_by=("GPU301", "GPU303"),
    mend=mend,
)
