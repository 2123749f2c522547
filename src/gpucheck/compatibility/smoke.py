"""What rules and renderers ask of smoke tests: which went well, on which GPU, and what failed.

In: facts. Out: plain answers; nothing of the tables is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gpucheck.facts import (
    CUDA_DRIVER,
    FRAMEWORK_TITLES,
    Facts,
    Gpu,
    MatrixProduct,
    Section,
    SmokeDevice,
    SmokeError,
    SmokeTest,
)

OUT_OF_MEMORY = 2  # CUDA_ERROR_OUT_OF_MEMORY
TITLES = {CUDA_DRIVER: "The CUDA driver alone", **FRAMEWORK_TITLES}


class Tested(msgspec.Struct, frozen=True):
    """One device under one test."""

    name: str  # of the test: "torch", "cuda_driver"
    device: SmokeDevice

    @property
    def title(self) -> str:
        """What people call the test."""
        return TITLES.get(self.name, self.name)

    @property
    def subject(self) -> str:
        """What a finding about it is about."""
        return subject_of(self.name)

    @property
    def place(self) -> str:
        """Where it computed, in words."""
        return "the CPU" if self.device.ordinal is None else f"GPU {self.device.ordinal}"


def subject_of(name: str) -> str:
    """Return what a finding about a test is about."""
    return "driver" if name == CUDA_DRIVER else f"framework/{name}"


def tests(facts: Facts) -> Iterator[tuple[str, Section[SmokeTest]]]:
    """Yield the tests that had something to compute on, that of the driver first."""
    for name, section in facts.smoke.items():
        if section.outcome not in {"refused", "not_started", "absent", "not_asked"}:
            yield name, section


def devices_under_test(facts: Facts, *, on_cpu: bool = False) -> Iterator[Tested]:
    """Yield every GPU under every test; with `on_cpu` the CPU as well."""
    for name, section in tests(facts):
        for device in section.value.devices:
            if on_cpu or device.ordinal is not None:
                yield Tested(name, device)


def is_out_of_memory(error: SmokeError) -> bool:
    """Tell whether memory ran out, which says nothing about driver or framework."""
    return error.code == OUT_OF_MEMORY or "out of memory" in error.text.lower()


def gpu_of(device: SmokeDevice, facts: Facts) -> Gpu | None:
    """Return the GPU as NVML lists it; None: it does not, or it is a part of one."""
    return next((gpu for gpu in facts.gpus if gpu.uuid and gpu.uuid == device.uuid), None)


def is_right(product: MatrixProduct) -> bool:
    """Tell whether a product is what it should be, within what rounding explains."""
    error, bound = product.relative_error, product.error_bound
    if product.is_written is False or error is None:
        return False
    return bound is None or error <= bound


def is_calculation_right(error: float | None, bound: float | None) -> bool:
    """Tell the same of a convolution or a gradient."""
    return error is not None and (bound is None or error <= bound)


def has_computed_right(device: SmokeDevice) -> bool:
    """Tell whether something was computed on a device, and all that has a result is right."""
    others = (each for each in (device.convolution, device.gradient) if each and not each.error)
    return (
        bool(device.products)
        and all(map(is_right, device.products))
        and all(is_calculation_right(each.relative_error, each.error_bound) for each in others)
    )
