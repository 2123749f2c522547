"""Broken machines that only computing shows: wrong, failing, unused or slow (7xx)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gpucheck.facts import (
    Calculation,
    Crossover,
    Facts,
    GpuUse,
    MemoryCopy,
    Section,
    SmokeError,
    SmokeTest,
)
from gpucheck.versions import CudnnVersion
from machines.listed import ListedMachine
from make import MIB, SEEN, facts, gpu, product, smoked, torch, with_smoke

OWN: Final = "made up from the tables"
TORCH = "2.9.1+cu130"
BOARD = {"hardware_model": "ASUS ProArt X670E"}
UNSEEN: dict[str, Any] = {
    **SEEN,
    "is_process_listed": False,
    "has_new_process": False,
    "memory_used_bytes_peak": 0,
    "utilization_percent_peak": 0,
    "power_w_peak": 40.0,
}


def box(**tests: Any) -> Facts:
    """Build a machine on which all but the smoke tests is well."""
    return with_smoke(facts(gpus=["RTX 4090"], torch=TORCH, machine=BOARD), **tests)


def failed(code: int | None, name: str | None, message: str) -> dict[str, Any]:
    """Build what a device tells whose first kernel failed."""
    error = SmokeError(stage="matmul in fp32", message=message, code=code, name=name)
    return {"products": (), "error": error}


def hung(name: str, stage: str) -> Section[SmokeTest]:
    """Build a test whose first kernel did not end."""
    part = smoked(name, outcome="timed_out", products=(), ended_at=None)
    return msgspec.structs.replace(part, stage=stage, reason="did not end within 13 s")


def copied(gb_per_s: float) -> MemoryCopy:
    """Build a copy of page-locked memory to the GPU."""
    size, rate = 32 * MIB, gb_per_s * 1e9
    return MemoryCopy(
        kind="host_to_device_pinned", size_bytes=size, seconds=size / rate, bytes_per_s=rate
    )


NO_KERNEL = failed(209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available")
UNAVAILABLE = failed(
    46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"
)
NO_CUDNN = SmokeError(stage="convolution", message="RuntimeError: cuDNN error: INTERNAL_ERROR")
CROSSOVER = Crossover(
    calculation="mlp_step",
    sizes=(1, 64, 1024),
    cpu_seconds=(6e-4, 7e-4, 2e-3),
    gpu_seconds=(9e-4, 9e-4, 9e-4),
    transfer_seconds=(2e-5, 2e-5, 2e-4),
)

MACHINES: tuple[ListedMachine, ...] = (
    ListedMachine(
        name="products that are wrong, of the driver alone too",
        facts=box(
            cuda_driver=smoked("cuda_driver", products=(product("fp32", relative_error=0.3),)),
            torch=smoked(products=(product(relative_error=0.3),)),
        ),
        origin=OWN,
        expected=("GPU701",),
    ),
    ListedMachine(
        name="products of PyTorch that are wrong, where the driver alone computes right",
        facts=box(
            cuda_driver=smoked("cuda_driver"),
            torch=smoked(products=(product(relative_error=None, is_written=False),)),
        ),
        origin=OWN,
        expected=("GPU701",),
    ),
    ListedMachine(
        name="a GPU with memory errors that computes wrongly",
        facts=with_smoke(
            facts(gpus=[gpu("A100", ecc_uncorrected_count=7)], torch=TORCH),
            torch=smoked(products=(product("fp32", relative_error=0.3),)),
        ),
        origin=OWN,
        expected=("GPU111 > GPU701",),
    ),
    ListedMachine(
        name="kernels that never end, of the driver alone and of PyTorch",
        facts=box(
            cuda_driver=hung("cuda_driver", "GPU 0: matmul in fp32"),
            torch=hung("torch", "GPU 0: matmul in fp32"),
        ),
        origin=OWN,
        expected=("GPU702",),
    ),
    ListedMachine(
        name="a GPU in the mode that lets no program in",
        facts=with_smoke(
            facts(gpus=[gpu("RTX 4090", compute_mode="prohibited")], torch=TORCH),
            cuda_driver=smoked("cuda_driver", **UNAVAILABLE),
            torch=smoked(**UNAVAILABLE),
        ),
        origin=OWN,
        expected=("GPU113 > GPU702",),
    ),
    ListedMachine(
        name="the driver computes, PyTorch has no code for the GPU",
        facts=box(cuda_driver=smoked("cuda_driver"), torch=smoked(**NO_KERNEL)),
        origin=OWN,
        expected=("GPU303 > GPU702",),
    ),
    ListedMachine(
        name="a library that computes somewhere else",
        facts=box(torch=smoked(use=GpuUse(**UNSEEN))),
        origin=OWN,
        expected=("GPU703",),
    ),
    ListedMachine(
        name="a GPU at a quarter of its rate",
        facts=box(torch=smoked(products=(product(seconds=2 * 8192**3 / 40e12),))),
        origin=OWN,
        expected=("GPU704",),
    ),
    ListedMachine(
        name="copies at a quarter of the link's rate",
        facts=box(cuda_driver=smoked("cuda_driver", copies=(copied(8),))),
        origin=OWN,
        expected=("GPU705",),
    ),
    ListedMachine(
        name="a cuDNN that fails at the first convolution",
        facts=box(torch=smoked(convolution=Calculation(dtype="fp32", error=NO_CUDNN))),
        origin=OWN,
        expected=("GPU706",),
    ),
    ListedMachine(
        name="convolutions that fail on a GTX 1080 Ti, which the cuDNN has dropped",
        facts=with_smoke(
            facts(
                gpus=["GTX 1080 Ti"],
                torch=torch(
                    "2.7.1+cu126",
                    built_for_cudnn=CudnnVersion.parse("9.5.1"),
                    loaded_cudnn=CudnnVersion.parse("9.12.0"),
                ),
            ),
            torch=smoked(convolution=Calculation(dtype="fp32", error=NO_CUDNN)),
        ),
        origin=OWN,
        expected=("GPU212 > GPU706", "GPU201"),
    ),
    ListedMachine(
        name="a GPU that heat slows down to a quarter of its rate",
        facts=with_smoke(
            facts(gpus=[gpu("RTX 4090", throttle_reasons=("hw_thermal_slowdown",))], torch=TORCH),
            torch=smoked(products=(product(seconds=2 * 8192**3 / 40e12),)),
        ),
        origin=OWN,
        expected=("GPU115 > GPU704",),
    ),
    ListedMachine(
        name="a GPU of which too little is free to test it",
        facts=box(torch=smoked(products=(), unavailable={"memory": "too little: 90 MiB free"})),
        origin=OWN,
        expected=("GPU707",),
    ),
    ListedMachine(
        name="kernels that take long to start",
        facts=box(cuda_driver=smoked("cuda_driver", launch_s=90e-6)),
        origin=OWN,
        expected=("GPU708",),
    ),
    ListedMachine(
        name="a small network that this CPU trains faster",
        facts=box(torch=smoked(crossovers=(CROSSOVER,))),
        origin=OWN,
        expected=("GPU709",),
    ),
    ListedMachine(
        name="a test that hangs on a GPU full of others' work",
        facts=with_smoke(
            facts(gpus=[gpu("RTX 4090", memory_used_bytes=24000 * MIB)], torch=TORCH),
            torch=smoked(**failed(2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory")),
        ),
        origin=OWN,
        expected=("GPU114 > GPU707",),
    ),
)
