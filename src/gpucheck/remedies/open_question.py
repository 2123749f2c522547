"""What to ask somebody whose report leaves the cause open: the one command that tells most."""

from __future__ import annotations

from gpucheck.compatibility.messages import everything_said
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.tables import Tables

DRIVER_IS_DOWN = frozenset(
    ["GPU102", "GPU103", "GPU104", "GPU105", "GPU106", "GPU107", "GPU108", "GPU109", "GPU112"]
)
CONTAINERS = frozenset(["GPU501", "GPU502", "GPU503", "GPU504", "GPU507"])
KERNEL_LOG = "sudo dmesg | grep -iE 'nvrm|nvidia|nouveau|lockdown'"
TENSORFLOW = "import tensorflow as t; print(t.__version__, t.sysconfig.get_build_info())"
ONNXRUNTIME = "import onnxruntime as o; print(o.__version__, o.get_available_providers())"
TOOLS = {
    # a framework, how it is called in text, and what tells most about it
    "torch": ("PyTorch", "python -m torch.utils.collect_env"),
    "tensorflow": ("TensorFlow", f'python -c "{TENSORFLOW}"'),
    "jax": ("JAX", 'python -c "import jax; jax.print_environment_info()"'),
    "cupy": ("CuPy", 'python -c "import cupy; cupy.show_config()"'),
    "numba": ("Numba", "numba -s"),
    "onnxruntime": ("ONNX Runtime", f'python -c "{ONNXRUNTIME}"'),
    "mxnet": ("MXNet", "python -m pip list"),
}
MOST_LINES = 400


def ask_next(facts: Facts, tables: Tables) -> Remedy:
    """Return the command whose output would settle most of what a report leaves open."""
    spoken_for = {said.rule for said in everything_said(facts, tables)}
    if spoken_for & DRIVER_IS_DOWN:
        return Remedy("Ask why the driver does not answer: the kernel's log says.", (KERNEL_LOG,))
    if spoken_for & CONTAINERS:
        command = "docker run --rm --gpus all ubuntu nvidia-smi"
        return Remedy("Ask whether a plain container gets the GPU.", (command,))
    if not facts.driver.is_ok:
        return Remedy("Ask for the driver and the GPUs.", ("nvidia-smi",))
    name = _framework(facts)
    if name:
        return Remedy("Ask how it was built and what it finds.", (TOOLS[name][1],))
    return Remedy("Ask for a full snapshot, made on that machine.", ("gpucheck facts --share",))


def _framework(facts: Facts) -> str | None:
    """Return the framework that a report speaks of and says too little about."""
    known = {name: part.value.built_for_cuda for name, part in facts.installed.items()}
    words = " ".join(line.text for line in facts.messages[:MOST_LINES])
    named = (name for name, (title, _) in TOOLS.items() if name in known or title in words)
    return next((name for name in named if known.get(name) is None), None)
