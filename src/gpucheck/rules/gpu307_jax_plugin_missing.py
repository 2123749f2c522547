"""JAX was installed without its CUDA plugin.

Why: `pip install jax` brings a jaxlib that computes on the CPU. The GPU part are distributions of
their own, jax-cuda12-plugin and jax-cuda12-pjrt (or 13), which an extra of jax brings.

How we know: beside jaxlib none of these is installed, or only one of the two, and this machine
has an NVIDIA GPU. When another training framework here uses CUDA, it is only a note.

Fix: install jax with the extra of the CUDA major that driver and GPU run.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import cpu_builds
from gpucheck.compatibility.installed import is_from_conda, releases
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables

PARTS = ("plugin", "pjrt")
MAJORS = (12, 13, 14)


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a JAX for the CPU on a machine with a GPU."""
    installed = releases(facts)
    for build, severity in cpu_builds("GPU307", facts, tables):
        yield Finding(
            subject="framework/jax",
            message="JAX has no CUDA plugin: it runs on the CPU.",
            evidence=(
                f"jax {build.release}, jaxlib {installed.get('jaxlib') or 'of unknown release'}",
                build.build_source or "no CUDA plugin beside jaxlib",
            ),
            severity=severity,
        )
    section = facts.installed.get("jax")
    if not section or section.value.devices or is_from_conda(facts, "jaxlib"):
        return
    for major in MAJORS:
        names = [f"jax-cuda{major}-{part}" for part in PARTS]
        here = [name for name in names if name in installed]
        if len(here) == 1 and facts.has_nvidia_gpu:
            (lacking,) = set(names) - set(here)
            yield Finding(
                subject="framework/jax",
                message=f"JAX's CUDA plugin is installed in part: {lacking} is missing.",
                evidence=(f"{here[0]} {installed[here[0]]} is installed, {lacking} is not",),
            )


RULE = Rule(
    "GPU307",
    "accelerator-plugin-missing",
    "error",
    check,
    needs=("packages",),
    mend=lambda facts, tables, _: install_cuda_build("jax", facts, tables),
)
