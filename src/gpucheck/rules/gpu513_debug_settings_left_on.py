"""A setting for debugging is on.

Why: some variables make GPU work slow, change its results or hide why it fails. They help for an
hour, and are then forgotten in a shell profile, an image or a job script.

How we know: such a variable is set to the value that switches it on, in the environment in which
gpucheck was started. One that only hides messages is a note.

Fix: unset it, also where it is set, unless it is meant to be there.
"""

from collections.abc import Callable, Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

OFF = {"", "0", "false", "no", "off"}


def _is_on(value: str) -> bool:
    return value.strip().lower() not in OFF


SETTINGS: dict[str, tuple[Callable[[str], bool], str]] = {
    "CUDA_LAUNCH_BLOCKING": (_is_on, "every kernel is waited for, which is slow"),
    "CUDA_FORCE_PTX_JIT": (_is_on, "ready-made kernels are not used; all are compiled anew"),
    "CUDA_DISABLE_PTX_JIT": (_is_on, "builds that need PTX for this GPU fail"),
    "CUDA_CACHE_DISABLE": (_is_on, "what is compiled at run time is compiled at every start"),
    "CUDA_INJECTION64_PATH": (_is_on, "a profiler or sanitizer sits in every CUDA program"),
    "NVTX_INJECTION64_PATH": (_is_on, "a profiler sits in every program with NVTX marks"),
    "NVIDIA_TF32_OVERRIDE": (lambda value: value.strip() == "0", "TF32 is off, which is slow"),
    "NUMBA_ENABLE_CUDASIM": (_is_on, "Numba simulates the GPU on the CPU"),
    "NUMBA_DISABLE_JIT": (_is_on, "Numba compiles nothing"),
    "PYTORCH_NO_CUDA_MEMORY_CACHING": (_is_on, "PyTorch asks the driver for all memory anew"),
    "TORCHDYNAMO_DISABLE": (_is_on, "torch.compile does nothing"),
    "JAX_DISABLE_JIT": (_is_on, "JAX compiles nothing and runs step by step"),
}
"""Variables, when they are on, and what they do then (NVIDIA's CUDA Programming Guide 13.4, and the
documentation of PyTorch 2.9, JAX 0.8 and Numba 0.62)."""

HIDING = {"TF_CPP_MIN_LOG_LEVEL": "3"}
"""Variables with the value that hides why something fails."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report the settings that are on, in one finding, and those that hide messages in another."""
    environment = facts.machine.value.environment or {}
    slowing = {
        name: (environment[name], what)
        for name, (is_on, what) in SETTINGS.items()
        if name in environment and is_on(environment[name])
    }
    if slowing:
        yield Finding(
            subject="environment",
            message=f"Settings for debugging are on: {', '.join(slowing)}.",
            evidence=tuple(f'{name}="{value}": {what}' for name, (value, what) in slowing.items()),
            remedy=_unset(facts, *slowing),
            severity="warning",
        )
    hiding = [name for name, value in HIDING.items() if environment.get(name, "").strip() == value]
    if hiding and "tensorflow" in facts.installed:
        yield Finding(
            subject="framework/tensorflow",
            message="TensorFlow's messages are switched off: why it finds no GPU stays hidden.",
            evidence=tuple(f'{name}="{environment[name]}"' for name in hiding),
            remedy=_unset(facts, *hiding),
            severity="note",
        )


def _unset(facts: Facts, *names: str) -> Remedy:
    is_windows = facts.machine.value.os_name == "Windows"
    commands = tuple(f"set {name}=" if is_windows else f"unset {name}" for name in names)
    return Remedy("Unset it where it is set: shell profile, image, job script, program.", commands)


RULE = Rule("GPU513", "debug-setting", "warning", check)
