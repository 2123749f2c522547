"""A program found no GPU memory left: TensorFlow (or JAX) had taken it all.

Why: at its first use TensorFlow reserves nearly all memory of every GPU it sees, and JAX three
quarters. A second program, or a library that allocates for itself such as cuDNN and cuBLAS, then
finds none and fails with "could not create handle", which looks like a broken installation.

How we know: such a line was printed, and nothing shows another reason for it: the loaded cuDNN is
the one that TensorFlow was built with, and memory growth is not switched on. A cuDNN that does not
fit can cause the same line, so this is said as the likely cause, not as a certain one.

Fix: let TensorFlow take memory as it needs it, or JAX a smaller share; end what else runs there.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Framework, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

GROWTH = "TF_FORCE_GPU_ALLOW_GROWTH"
NEARLY_FULL = 0.9
"""Design: from this share on a second program has too little. TensorFlow takes nearly all."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report handles that could not be created for want of memory."""
    said = said_for("GPU325", facts, tables)
    environment = facts.machine.value.environment or {}
    if not said or environment.get(GROWTH, "").lower() in {"1", "true"}:
        return
    builds = [part.value for name, part in facts.installed.items() if name in {"tensorflow", "jax"}]
    if any(map(_has_other_cudnn, builds)):
        return
    full = [gpu for gpu in facts.visible_gpus if _is_nearly_full(gpu)]
    if facts.origin == "live" and not full:
        return  # the memory may be free again: the line alone says too little
    yield Finding(
        subject=said[0].line.subject,
        message="A library found no GPU memory left, most likely because TensorFlow reserves all.",
        evidence=(
            *(each.evidence for each in said[:3]),
            *(f"GPU {gpu.index}: memory nearly all taken (NVML)" for gpu in full[:3]),
        ),
        remedy=mend(facts, tables, said[0].line.subject),
        severity="warning",
    )


def _is_nearly_full(gpu: Gpu) -> bool:
    used, total = gpu.memory_used_bytes, gpu.memory_total_bytes
    return used is not None and total is not None and used > NEARLY_FULL * total


def _has_other_cudnn(build: Framework) -> bool:
    built, loaded = build.built_for_cudnn, build.loaded_cudnn
    return built is not None and loaded is not None and loaded < built


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Switch memory growth on, for every program that is started afterwards."""
    is_windows = facts.machine.value.os_name == "Windows"
    text = (
        "Let TensorFlow take memory as it needs it (in Python:"
        " tf.config.experimental.set_memory_growth); for JAX set XLA_PYTHON_CLIENT_PREALLOCATE to"
        " false. End other programs on the GPU (nvidia-smi lists them). If that changes nothing,"
        " compare cuDNN with the one that TensorFlow was built for."
    )
    return Remedy(text, (f"{'set' if is_windows else 'export'} {GROWTH}=true",))


RULE = Rule("GPU325", "tf-reserves-all-gpu-memory", "warning", check, mend=mend)
