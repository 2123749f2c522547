"""Apache MXNet (retired in 2023): which CUDA it was built for, and whether it can use a GPU.

The wheels' names tell the build: mxnet-cu112 is CUDA 11.2, mxnet-cu80mkl is CUDA 8.0, mxnet is
for CPUs (package index, 2026-11). A build from source is called mxnet too; it has no manylinux tag.
"""

import os

NAME = "mxnet"
MODULE = "mxnet"
DISTRIBUTIONS = ("mxnet", "mxnet-cu*", "mxnet-mkl", "mxnet-native")


def read_build(installed):
    """Return what the distribution's name tells."""
    name = installed.distribution or ""
    fields = {"is_rocm_build": False, "build_source": "distribution " + name}
    if name.startswith("mxnet-cu"):
        digits = name[len("mxnet-cu") :].partition("mkl")[0]
        fields["is_cuda_build"] = True
        fields["built_for_cuda"] = digits[:-1] + "." + digits[-1:]
        return fields
    is_published_wheel = any(
        platform in tag
        for tag in installed.wheel_tags
        for platform in ("manylinux", "win", "macosx")
    )
    return dict(fields, is_cuda_build=False) if is_published_wheel else {}


def probe(say):
    """Import mxnet and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [release, is_cuda_build, devices], [])


def release(ask, mxnet):
    """Report the release."""
    ask.fact("release", mxnet.__version__)


def is_cuda_build(ask, _):
    """Report whether CUDA was compiled in, which MXNet tells from 1.5 on."""
    from mxnet.runtime import Features

    ask.fact("is_cuda_build", bool(Features().is_enabled("CUDA")))
    ask.fact("build_source", "mxnet.runtime.Features()")


def devices(ask, mxnet):
    """Report the GPUs by number: their names and memory would need a context on each."""
    ask.stage("mxnet.context.num_gpus()")
    count = 0
    try:
        count = mxnet.context.num_gpus()
    except Exception as error:
        ask.gpu_error(error)
    ask.fact("is_gpu_usable", count > 0)
    ask.fact("devices", [{"ordinal": ordinal} for ordinal in range(count)])
