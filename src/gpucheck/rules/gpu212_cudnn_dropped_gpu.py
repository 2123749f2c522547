"""The installed cuDNN no longer has code for this GPU.

Why: cuDNN drops old GPUs: from 9.11 on it has nothing for Maxwell, Pascal and Volta. PyTorch still
lists the GPU and multiplies matrices; the first convolution fails.

How we know: the table of cuDNN releases says which GPUs the loaded cuDNN, or the wheel's, has code
for; the GPU is older than that.

Fix: the last cuDNN with code for the GPU, or a build of the framework that is tied to it.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cudnn import CudnnInUse, cudnn_in_use, oldest_capability
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Gpu
from gpucheck.findings import Finding, Remedy, Rule, Skipped
from gpucheck.remedies import last_cudnn
from gpucheck.tables import Known, Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding | Skipped]:
    """Compare every framework's cuDNN with the GPUs that it sees."""
    gpus = [gpu for gpu in facts.visible_gpus if gpu.compute_capability]
    for name, section in facts.installed.items():
        in_use = cudnn_in_use(facts, section.value, tables)
        if in_use is None or not gpus or not section.value.is_cuda_build:
            continue
        oldest = oldest_capability(in_use.version, tables)
        if not isinstance(oldest, Known):
            limits = [row.capability_min for row in tables.cudnn.rows if row.capability_min]
            if any(g.compute_capability and g.compute_capability < max(limits) for g in gpus):
                yield Skipped(subject=f"framework/{name}", reason=str(oldest))
            continue
        left = [g for g in gpus if g.compute_capability and g.compute_capability < oldest.value]
        if left:
            least = f"cuDNN {in_use.version} is for {oldest.value} and up: {oldest.source}"
            is_all = len(left) == len(gpus)
            yield _finding(facts, section.value, in_use, left, least, tables, is_all=is_all)


def _finding(
    facts: Facts,
    build: Framework,
    in_use: CudnnInUse,
    left: list[Gpu],
    least: str,
    tables: Tables,
    *,
    is_all: bool,
) -> Finding:
    title = FRAMEWORK_TITLES.get(build.name, build.name)
    gpu = left[0]
    named = f"{gpu.name or 'this GPU'} (compute capability {gpu.compute_capability})"
    return Finding(
        subject=f"framework/{build.name}",
        message=f"{title}'s cuDNN {in_use.version} no longer supports the {named}: convolutions"
        " fail on it.",
        evidence=(f"cuDNN {in_use.version}: {in_use.source}", least),
        remedy=last_cudnn(facts, build, gpu, tables),
        severity="error" if is_all else "warning",
    )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return the last cuDNN for the GPU, as far as the GPU and the build are known."""
    part = facts.frameworks.get(subject.removeprefix("framework/"))
    gpu = next(iter(facts.visible_gpus), None)
    return last_cudnn(facts, part.value if part else None, gpu, tables)


RULE = Rule(
    "GPU212",
    "cudnn-dropped-gpu",
    "error",
    check,
    needs=("packages", "driver"),
    explained_by=("GPU303",),
    mend=mend,
)
