r"""Environment variables that concern GPUs, however they were set or shown.

CUDA_VISIBLE_DEVICES=0,1 python train.py
export LD_LIBRARY_PATH=/usr/local/cuda/lib64:$LD_LIBRARY_PATH
set CUDA_PATH=C:\cuda          $env:CUDA_PATH = "C:\cuda"       ENV NVIDIA_VISIBLE_DEVICES all
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
LD_LIBRARY_PATH: /usr/local/cuda/lib64/stubs
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

MARKS = (
    "cuda_", "ld_library_path", "ld_preload", "nvidia_", "jax_plat", "tf_", "nccl_", "xla_flags",
    "pytorch_", "slurm_",
)  # fmt: skip
_NAME = (
    r"(CUDA_VISIBLE_DEVICES|CUDA_DEVICE_ORDER|CUDA_HOME|CUDA_PATH|CUDA_ROOT|CUDA_LAUNCH_BLOCKING"
    r"|LD_LIBRARY_PATH|LD_PRELOAD|NVIDIA_VISIBLE_DEVICES|NVIDIA_DRIVER_CAPABILITIES"
    r"|NVIDIA_REQUIRE_CUDA|NVIDIA_TF32_OVERRIDE|CUDA_MPS_PIPE_DIRECTORY|JAX_PLATFORMS"
    r"|JAX_PLATFORM_NAME|TF_FORCE_GPU_ALLOW_GROWTH|TF_CPP_MIN_LOG_LEVEL|NCCL_P2P_DISABLE"
    r"|NCCL_IB_DISABLE|NCCL_DEBUG|XLA_FLAGS|PYTORCH_CUDA_ALLOC_CONF|SLURM_JOB_ID)"
)
_VALUE = r"(\"[^\"]{0,600}\"|'[^']{0,600}'|[^\s;,)'\"]\S{0,600}|(?=\s|$))"
_PROMPT = (
    r"^\s{0,8}(?:[-*+]\s|\d{1,3}[.)]\s)?"
    r"(?:(?:\([\w.-]{1,40}\)\s)?[^\s=]{0,80}[\w~)\]][$#>%]\s|[$#>]\s|>>>\s|!|%)?"
)
_BEFORE = (
    r"(?:(?:export|set|setenv|ENV|env|sudo|declare -x|%env)\s{1,4})?"
    r"(?:[A-Z][A-Z0-9_]{2,40}=\S{0,200}\s{1,4}){0,6}"
)
_SET = re.compile(rf"{_PROMPT}{_BEFORE}[`*]{{0,3}}{_NAME}[`*]{{0,3}}\s?=\s?{_VALUE}")
_PASSED = re.compile(rf"(?:\s-e|\s--env|\s-x)[\s=]{{1,3}}['\"]?{_NAME}={_VALUE}")
_IN_PYTHON = re.compile(
    rf"environ\[['\"]{_NAME}['\"]\]\s?=\s?{_VALUE}|\$env:{_NAME}\s?=\s?{_VALUE}"
)
_SHOWN = re.compile(
    rf"^\s{{0,8}}(?:ENV |-\s?)?[`*]{{0,3}}{_NAME}[`*]{{0,3}}(?::\s?| {{1,8}})(\S.{{0,600}})$"
)
_NOT_SET = frozenset(
    {"is unset", "(unset)", "<not set>", "not set", "none", "unset", "n/a", "(not set)"}
)


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the variables; one that refers to its old value is left out."""
    for line in lines:
        for pattern in (_SET, _PASSED, _IN_PYTHON, _SHOWN):
            for found in pattern.finditer(line.text):
                name, raw = [group for group in found.groups() if group is not None][:2]
                value = raw.strip().strip("\"'`").strip()
                refers = f"${name}" in value or f"${{{name}" in value
                if not refers and value.lower() not in _NOT_SET:
                    yield Statement(("machine", "environment", name), value, line.number)


READER = Reader("environment variables", read, marks=MARKS)
