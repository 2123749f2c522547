"""Which packages concern GPUs, by their names alone."""

from __future__ import annotations

import re

_NAMES = re.compile(
    r"(?:apex|bitsandbytes|caffe2|chainer|ctranslate2|cu(?:da|df|ml|graph|dnn|tensor|py)[\w-]*"
    r"|cpuonly|cpu-only|deepspeed|detectron2|flash-attn[\w-]*|flashinfer[\w-]*|intel-tensorflow"
    r"|jax[\w-]*|keras[\w-]*|lib(?:cu|nv|torch|tensorflow|magma|stdcxx)[\w-]*|llvmlite|magma[\w-]*"
    r"|mamba-ssm|mxnet[\w-]*|nccl[\w-]*|numba[\w-]*|numpy|nvidia-[\w-]+|onnxruntime[\w-]*"
    r"|ort-[\w-]+|paddlepaddle[\w-]*|py(?:cuda|nvml)|pytorch[\w-]*|sglang|spconv[\w-]*"
    r"|tensorflow[\w-]*|tensorrt[\w-]*|tf-(?:nightly|keras|gpu)[\w-]*|theano|torch[\w-]*"
    r"|transformer-engine[\w-]*|triton[\w-]*|vllm|xformers|xgboost|accelerate|transformers)"
)


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes spell it: "Foo._bar" is "foo-bar"."""
    return re.sub(r"[-_.]+", "-", name).lower()


def concerns_gpu(name: str) -> bool:
    """Tell whether a package of this name has to do with GPUs."""
    return _NAMES.fullmatch(normalised(name)) is not None
