"""What the smoke tests computed on each device, how fast, and what NVML saw of it meanwhile.

A smoke test runs small calculations of random numbers and compares them with a reference in
float64. It judges nothing: what is wrong or slow is for the rules to say.
"""

from __future__ import annotations

from typing import Literal

from gpucheck.facts.section import Record

CUDA_DRIVER = "cuda_driver"
"""The smoke test that needs no framework: it speaks to libcuda alone."""

LONGEST_LINE = 300
CopyKind = Literal[
    "host_to_device_pageable",
    "host_to_device_pinned",
    "device_to_host_pageable",
    "device_to_host_pinned",
    "device_to_device",  # within one device: each byte is read and written
    "peer",  # to another GPU
]


class MatrixProduct(Record, frozen=True):
    """A product of two square matrices of random numbers."""

    dtype: str  # how it is computed: "fp32", "tf32", "fp16", "bf16", "fp64"
    size: int  # rows, columns and inner dimension
    relative_error: float | None = None  # ‖out - reference‖ / ‖reference‖; None: not a number
    error_bound: float | None = None  # what rounding explains in this dtype
    is_written: bool | None = None  # no NaN is left in the output, which was full of them before
    seconds: float | None = None  # of one product: the median over several
    flop_per_s: float | None = None
    is_library: bool = True  # of the vendor's library (cuBLAS …); False: a plain kernel of ours


class SmokeError(Record, frozen=True):
    """An error that ended a test or a part of it."""

    stage: str  # the step under way: "cuLaunchKernel", "matmul in bf16"
    message: str  # the framework's or the driver's words
    code: int | None = None  # CUDA's number, where it is told: 209
    name: str | None = None  # "CUDA_ERROR_NO_BINARY_FOR_GPU"

    @property
    def text(self) -> str:
        """The error as one would see it printed."""
        if self.name is None:
            return self.message if self.code is None else f"error {self.code}: {self.message}"
        code = f" ({self.code})" if self.code is not None else ""
        return f"{self.name}{code}: {self.message}"

    @property
    def first_line(self) -> str:
        """The first line of it, and not all of a long one."""
        return next(iter(self.text.splitlines()), "")[:LONGEST_LINE]


class Calculation(Record, frozen=True):
    """Another small calculation whose result is compared with a reference."""

    dtype: str
    relative_error: float | None = None
    error_bound: float | None = None
    error: SmokeError | None = None  # why there is no result


class MemoryCopy(Record, frozen=True):
    """A timed copy."""

    kind: CopyKind
    size_bytes: int
    seconds: float  # of one copy: the median over several
    bytes_per_s: float  # bytes moved one way; within one device they are read and written
    peer_ordinal: int | None = None  # the other GPU


class Crossover(Record, frozen=True):
    """The same calculation on this CPU and on the GPU, in growing sizes."""

    calculation: Literal["matmul", "mlp_step"]
    sizes: tuple[int, ...]  # matrix size; batch of the MLP
    cpu_seconds: tuple[float, ...]  # one each
    gpu_seconds: tuple[float, ...]  # with inputs on the GPU and the result waited for
    transfer_seconds: tuple[float, ...] = ()  # the copies there and back, timed apart


class GpuUse(Record, frozen=True):
    """What NVML saw of one GPU before a test and while it ran; None: NVML does not tell.

    Memory is compared with what was in use right before, the rest with what was before all tests.
    """

    sample_count: int  # samples taken while the test ran
    is_process_listed: bool | None = None  # the test's pid among the GPU's processes
    has_new_process: bool | None = None  # a pid listed then and not before (containers hide ours)
    memory_used_bytes_before: int | None = None
    memory_used_bytes_peak: int | None = None
    utilization_percent_before: int | None = None
    utilization_percent_peak: int | None = None
    power_w_before: float | None = None
    power_w_peak: float | None = None
    clock_sm_hz_before: int | None = None
    clock_sm_hz_peak: int | None = None
    throttle_reasons: tuple[str, ...] | None = None  # all that were seen while it ran
    pcie_generation_peak: int | None = None  # under load: idle links drop to 1
    pcie_width_peak: int | None = None
    unavailable: dict[str, str] = {}  # field → NVML error


class SmokeDevice(Record, frozen=True):
    """One device under one test."""

    ordinal: int | None = None  # CUDA's own numbering; None: the CPU
    name: str | None = None
    uuid: str | None = None  # "GPU-…", where the test can tell
    memory_free_bytes: int | None = None  # before the test
    memory_taken_bytes: int | None = None  # that the test allocated, at its peak
    began_at: float | None = None  # of the work on the device: seconds since 1970
    ended_at: float | None = None
    products: tuple[MatrixProduct, ...] = ()
    convolution: Calculation | None = None
    gradient: Calculation | None = None
    copies: tuple[MemoryCopy, ...] = ()
    launch_s: float | None = None  # from the launch of an empty kernel to its end, median
    overlap: float | None = None  # share of the shorter of copy and kernel hidden by the other
    crossovers: tuple[Crossover, ...] = ()
    error: SmokeError | None = None  # what ended the test on this device
    use: GpuUse | None = None
    unavailable: dict[str, str] = {}  # part of the test → why it was left out

    @property
    def errors(self) -> tuple[SmokeError, ...]:
        """Everything that went wrong on it."""
        parts = (self.convolution, self.gradient)
        return tuple(filter(None, (self.error, *(part.error for part in parts if part))))


class SmokeTest(Record, frozen=True):
    """One framework's test, or that of libcuda alone."""

    name: str  # "torch", "cuda_driver"
    kind: Literal["cuda", "cpu"] = "cuda"  # what was to be tested
    level: Literal["quick", "full"] = "quick"
    release: str | None = None  # of the framework
    pid: int | None = None
    import_s: float | None = None  # before anything is computed
    error: SmokeError | None = None  # before any device: the import, the start of CUDA
    devices: tuple[SmokeDevice, ...] = ()
    unavailable: dict[str, str] = {}

    @property
    def errors(self) -> tuple[SmokeError, ...]:
        """Everything that went wrong."""
        own = (self.error,) if self.error else ()
        return (*own, *(error for device in self.devices for error in device.errors))
