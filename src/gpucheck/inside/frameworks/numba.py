"""Numba: whether it can use a GPU.

There is no CUDA build of Numba: one wheel generates code for CPUs and, with the driver and NVVM
of whatever toolkit it finds, for GPUs. The GPU part is `numba.cuda`, which the distribution
numba-cuda replaces when it is installed (numba 0.61 release notes, 2026-11).
"""

import os

NAME = "numba"
MODULE = "numba"
DISTRIBUTIONS = ("numba",)


def read_build(_):
    """Say that the question has no answer here."""
    reason = "one build for all: code for GPUs is generated at run time"
    return {"unavailable": {"is_cuda_build": reason, "built_for_cuda": reason}}


def probe(say):
    """Import numba.cuda and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [release, is_gpu_usable, devices], ["numba_cuda"])


def release(ask, numba):
    """Report the release, and why there is no build to report."""
    ask.fact("release", numba.__version__)
    for field, reason in sorted(read_build(None)["unavailable"].items()):
        ask.fact("unavailable", field, reason)


def is_gpu_usable(ask, _):
    """Report what numba.cuda.is_available() says and, when it is False, why."""
    ask.stage("import numba.cuda")
    from numba import cuda

    ask.stage("numba.cuda.is_available()")
    usable = bool(cuda.is_available())
    ask.fact("is_gpu_usable", usable)
    driver_error = cuda.cuda_error()
    if driver_error:
        ask.fact("gpu_error", ask.clean(driver_error).strip())
    elif not usable:
        # The driver is fine, so it is NVVM that is_available() did not find.
        from numba.cuda.cudadrv.nvvm import NVVM

        try:
            NVVM()
        except Exception as error:
            ask.gpu_error(error)


def devices(ask, _):
    """Report the GPUs; the size of their memory would need a context on each."""
    from numba import cuda

    ask.fact("devices", [])
    if cuda.cuda_error():
        return
    ask.stage("numba.cuda.list_devices()")
    for ordinal, seen in enumerate(cuda.list_devices()):
        device = {"ordinal": ordinal, "name": ask.clean(seen.name)}
        device["compute_capability"] = "%d.%d" % tuple(seen.compute_capability)
        ask.fact("devices", ordinal, device)
