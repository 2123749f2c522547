"""What `transformers env`, `accelerate env` and `diffusers-cli env` print.

- `transformers` version: 4.40.0
- Platform: Linux-5.15.0-105-generic-x86_64-with-glibc2.35
- PyTorch version (GPU?): 2.2.2+cu121 (True)
- Tensorflow version (GPU?): 2.15.0 (False)
- Jax version: 0.4.26
- JaxLib version: 0.4.26
- PyTorch CUDA available: True
- GPU type: NVIDIA GeForce RTX 3090
- Flax version (CPU?/GPU?/TPU?): 0.8.3 (gpu)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.labelled import is_nothing, labelled
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_RELEASES = {
    "pytorch version (gpu?)": ("torch", True),
    "pytorch version (xpu?)": ("torch", False),
    "pytorch version (accelerator?)": ("torch", False),
    "tensorflow version (gpu?)": ("tensorflow", True),
    "pytorch version": ("torch", False),
    "jax version": ("jax", False),
}
_RELEASE = re.compile(r"(\d[\w.+-]{1,40})(?: \((True|False|NA)\))?")
_LINE_START = re.compile(r"^\s{0,8}[-*] ")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield releases and whether they see a GPU, from the list of dashes that these tools print."""
    dashed = [line for line in lines if _LINE_START.match(line.text)]
    for each in labelled(dashed):
        for field, value in _stated(each.label, each.value):
            yield Statement(field, value, each.line)


def _stated(label: str, value: str) -> Iterator[tuple[Field, Value]]:
    found = _RELEASE.match(value)
    if label in _RELEASES and found:
        name, tells_gpu = _RELEASES[label]
        yield ("frameworks", name, "release"), found[1]
        if tells_gpu and found[2] in {"True", "False"}:
            yield ("frameworks", name, "is_gpu_usable"), found[2] == "True"
    elif label == "jaxlib version" and found:
        yield ("packages", "distributions", "jaxlib", "release"), found[1]
    elif label == "pytorch cuda available" and value in {"True", "False"}:
        yield ("frameworks", "torch", "is_gpu_usable"), value == "True"
    elif label == "gpu type" and not is_nothing(value):
        yield ("named_gpus", value, "name"), value


READER = Reader("transformers env", read, marks=("version", "available", "gpu type"))
