"""Healthy machines that have computed: what their smoke tests told frightens nobody."""

from __future__ import annotations

from typing import Any, Final

from gpucheck.facts import Calculation, DeviceNode, Facts, GpuUse, MemoryCopy
from machines.listed import ListedMachine
from make import MIB, SEEN, facts, gpu, product, smoked, with_smoke

OWN: Final = "made up from the tables"
RIGHT = Calculation(dtype="fp32", relative_error=2e-7, error_bound=1e-4)


def copies(gb_per_s: float) -> tuple[MemoryCopy, ...]:
    """Build copies of 32 MiB, those of pageable memory at a fifth of the rate."""
    size, rate = 32 * MIB, gb_per_s * 1e9
    return tuple(
        MemoryCopy(kind=kind, size_bytes=size, seconds=size / each, bytes_per_s=each)  # type: ignore[arg-type]
        for kind, each in (
            ("host_to_device_pageable", rate / 5),
            ("host_to_device_pinned", rate),
            ("device_to_host_pinned", rate),
            ("device_to_device", 450e9),
        )
    )


def tests(use: dict[str, Any], **device: Any) -> dict[str, Any]:
    """Build the tests of the driver and of PyTorch."""
    both = {"use": GpuUse(**{**SEEN, **use}), **device}
    own = (product("fp32", 256, is_library=False, relative_error=3e-7, error_bound=1e-5),)
    return {
        "cuda_driver": smoked(
            "cuda_driver", **{"copies": copies(25), "launch_s": 9e-6, **both, "products": own}
        ),
        "torch": smoked(convolution=RIGHT, gradient=RIGHT, **both),
    }


def rented() -> Facts:
    """Return a container whose processes have other numbers than NVML's."""
    hidden = {"is_process_listed": False, "has_new_process": True}
    here = facts(torch="2.9.1+cu130", machine={"is_container": True, "container_kind": "docker"})
    return with_smoke(here, **tests(hidden))


def wsl() -> Facts:
    """Return WSL, where NVML lists no processes and the link is made up."""
    nothing = {
        "is_process_listed": None,
        "has_new_process": None,
        "utilization_percent_peak": None,
        "power_w_peak": None,
        "pcie_generation_peak": 1,
        "pcie_width_peak": 1,
    }
    here = facts(
        torch="2.9.1+cu130",
        machine={
            "is_wsl": True,
            "wsl_generation": 2,
            "kernel_module_release": None,
            "device_nodes": (DeviceNode(path="/dev/dxg", is_accessible=True),),
        },
    )
    return with_smoke(here, **tests(nothing))


def limited() -> Facts:
    """Return a GPU whose power limit holds its clocks down: slower, and for a reason."""
    slow = (product(seconds=2 * 8192**3 / 60e12),)
    power = {"throttle_reasons": ("sw_power_cap",)}
    return with_smoke(facts(torch="2.9.1+cu130"), **tests(power, products=slow))


def shared() -> Facts:
    """Return a GPU on which others work: nothing can be said of its speed or its use."""
    slow = (product(seconds=2 * 8192**3 / 30e12),)
    busy = {"utilization_percent_before": 95, "is_process_listed": False, "has_new_process": False}
    here = facts(torch="2.9.1+cu130", gpus=[gpu("RTX 4090", utilization_gpu_percent=95)])
    return with_smoke(here, **tests(busy, products=slow))


def left_out() -> Facts:
    """Return a machine whose PyTorch lacks what a test calls, and whose JAX sees no GPU."""
    parts = {"start": "AttributeError: module 'torch' has no attribute 'isnan'"}
    odd = smoked(products=(), unavailable=parts)
    refused = smoked("jax", outcome="refused", test={"devices": ()})
    return with_smoke(facts(torch="2.9.1+cu130"), torch=odd, jax=refused)


SMOKE: tuple[ListedMachine, ...] = tuple(
    ListedMachine(name=name, facts=made, origin=OWN)
    for name, made in (
        ("a workstation that has computed", with_smoke(facts(torch="2.9.1+cu130"), **tests({}))),
        ("a rented container that has computed", rented()),
        ("WSL that has computed", wsl()),
        ("a GPU with a low power limit that has computed", limited()),
        ("a GPU that others use too, and that has computed", shared()),
        ("tests that did not fit the releases", left_out()),
    )
)
