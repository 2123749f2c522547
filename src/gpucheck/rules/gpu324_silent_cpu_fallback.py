"""A CUDA build finds no GPU and falls back to the CPU without a word.

Why: TensorFlow and JAX carry on with the CPU when CUDA does not start; PyTorch does so in every
script that asks is_available().

How we know: the framework is built with CUDA, was imported, and lists no GPU, although this
machine has one. Where JAX was told so by JAX_PLATFORMS it is a warning, and a note when another
training framework uses the GPU.

Fix: what explains it stands above, when something does. If nothing does, run the framework with
its log switched on.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import TRAINING
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

VERBOSE = {
    "tensorflow": 'TF_CPP_MIN_LOG_LEVEL=0 python -c "import tensorflow as tf;'
    " tf.config.list_physical_devices('GPU')\"",
    "jax": 'JAX_PLATFORMS=cuda python -c "import jax; print(jax.devices())"',
    "torch": 'python -c "import torch; torch.cuda.init()"',
}


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report CUDA builds that list no GPU on a machine that has one."""
    if not facts.has_nvidia_gpu:
        return
    for section in facts.installed.values():
        build = section.value
        sees_none = build.devices == () or (build.devices is None and build.is_gpu_usable is False)
        if not section.is_ok or build.import_failure or not build.is_cuda_build or not sees_none:
            continue
        yield _finding(build, facts)


def _finding(build: Framework, facts: Facts) -> Finding:
    environment = facts.machine.value.environment or {}
    title = FRAMEWORK_TITLES.get(build.name, build.name)
    evidence = [f"{title} {build.release} is built with CUDA, and lists 0 GPUs"]
    if build.gpu_error:
        evidence.append(f"it says: {build.gpu_error}")
    platforms = environment.get("JAX_PLATFORMS", "") if build.name == "jax" else ""
    if platforms and not {"cuda", "gpu"} & set(platforms.split(",")):
        return Finding(
            subject=f"framework/{build.name}",
            message=f"JAX is told to leave the GPU alone: JAX_PLATFORMS is {platforms!r}.",
            evidence=tuple(evidence),
            remedy=Remedy("Unset it where GPU work is wanted.", ("unset JAX_PLATFORMS",)),
            severity="note" if _uses_gpu(facts) else "warning",
        )
    verbose = VERBOSE.get(build.name)
    return Finding(
        subject=f"framework/{build.name}",
        message=f"{title} sees no GPU and runs on the CPU.",
        evidence=tuple(evidence),
        remedy=Remedy("Let it say why.", (verbose,)) if verbose else None,
    )


def _uses_gpu(facts: Facts) -> bool:
    return any(part.value.devices for name, part in facts.installed.items() if name in TRAINING)


EXPLAINED_BY = (
    "GPU102", "GPU103", "GPU104", "GPU105", "GPU106", "GPU107", "GPU108", "GPU109", "GPU112",
    "GPU113", "GPU120", "GPU121", "GPU122", "GPU123", "GPU124", "GPU126", "GPU127", "GPU129",
    "GPU208", "GPU209", "GPU210", "GPU211", "GPU213", "GPU220", "GPU301", "GPU303", "GPU305",
    "GPU306", "GPU307", "GPU308", "GPU309", "GPU310", "GPU311", "GPU312", "GPU318", "GPU326",
    "GPU401", "GPU402", "GPU405", "GPU501", "GPU502", "GPU503", "GPU504", "GPU508", "GPU509",
    "GPU510", "GPU511", "GPU514", "GPU601",
)  # fmt: skip

RULE = Rule(
    "GPU324",
    "silent-cpu-fallback",
    "error",
    check,
    needs=("machine", "driver", "packages"),
    explained_by=EXPLAINED_BY,
)
