"""Two NCCL libraries get in each other's way.

Why: the wheels of NCCL for different CUDA majors put their library into the same folder: whichever
was installed last is what all frameworks load. One that is older than a framework was built with
ends it ("undefined symbol: nccl…"); processes of a job with different ones do not find together.

How we know: several NCCL wheels are installed in one environment, or NCCL's own words say so.

Fix: keep the one that the framework asks for, and install it anew.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install
from gpucheck.tables import Tables

WHEELS = "nvidia-nccl-cu"


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report an environment with two of NCCL's wheels."""
    installed = facts.packages.value.distributions or ()
    wheels = {found.name: found.release for found in installed if found.name.startswith(WHEELS)}
    if len(wheels) < 2:  # noqa: PLR2004
        return
    yield Finding(
        subject="environment",
        message="Several NCCL wheels share one folder: only the one installed last is there.",
        evidence=tuple(f"{name} {release} is installed" for name, release in wheels.items()),
        severity="warning",
    )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Keep one."""
    installed = facts.packages.value.distributions or ()
    wheels = sorted(found.name for found in installed if found.name.startswith(WHEELS))
    build = facts.frameworks["torch"].value if "torch" in facts.installed else None
    cuda = build.built_for_cuda if build else None
    wanted = f"{WHEELS}{cuda.major}" if cuda else None
    if wanted is None or wanted not in wheels:
        return Remedy("Use one NCCL everywhere: the release that the framework was built with.")
    release = next(found.release for found in installed if found.name == wanted)
    text = f"Keep NCCL for CUDA {cuda.major if cuda else ''}, which PyTorch is built for."
    return install(facts, text, f"{wanted}=={release}", instead_of=tuple(wheels))


RULE = Rule("GPU608", "nccl-mismatch", "warning", check, mend=mend, explained_by=("GPU219",))
