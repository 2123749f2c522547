"""Healthy machines in full whose smoke tests have run, such as a careless rule calls slow too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from gpucheck.facts import Facts, GpuProcess, GpuUse
from machines.cards import MIB, NOT_SUPPORTED, gpu, gpus, mig_slices
from machines.environments_of import NUMPY, torch_wheels
from machines.healthy_surroundings import in_wsl, wsl_machine
from machines.listed import ListedMachine
from machines.smoke_results import CROSSOVERS, driver_test, framework_test, products, smoked
from machines.surroundings import DEBIAN_12, GIB, change, container, cuda_device, machine

OWN: Final = "made up from the tables"
DRIVER = "580.95.05"
TORCH = torch_wheels("2.9.1", "12.8") + NUMPY
CLOUD: dict[str, Any] = {
    "hardware_model": "Google Compute Engine",
    "memory_bytes": 15 * GIB,
    "cpu_cores": 4,
}


def whole() -> Iterator[ListedMachine]:
    """Yield machines on which everything shows."""
    h100 = gpu("H100", fabric_state="completed", fabric_status="NVML_SUCCESS")
    rates = {"fp32": 51.8, "tf32": 389.0, "fp16": 690.0, "bf16": 761.0}
    yield ListedMachine(
        name="an H100 whose quick smoke tests went well, by the driver, torch and JAX",
        facts=smoked(
            machine([h100], DRIVER, TORCH),
            driver_test(h100, gb_per_s=55.1),
            framework_test(h100, tflops=rates),
            framework_test(h100, "jax", tflops={"fp32": 49.9}),
        ),
        origin=OWN,
    )
    fast = gpu("RTX 5090")
    yield ListedMachine(
        name="an RTX 5090 after the full smoke test, which compares it with the CPU",
        facts=smoked(
            machine([fast], DRIVER, TORCH),
            driver_test(fast, gb_per_s=54.0, test={"level": "full"}),
            framework_test(
                fast,
                tflops={"fp32": 78.0, "fp16": 201.0},
                crossovers=CROSSOVERS,
                test={"level": "full"},
            ),
        ),
        origin=OWN,
        expected=("GPU709",),
    )
    eight = gpus("A100", 8)
    visible = msgspec.structs.replace(eight[5], index=0)  # CUDA's first device
    masked = machine(
        eight,
        DRIVER,
        TORCH,
        environment={"CUDA_VISIBLE_DEVICES": "5", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
        cuda={"devices": (cuda_device(eight[5], 0),)},
    )
    yield ListedMachine(
        name="one of eight A100 tested, which CUDA_VISIBLE_DEVICES names",
        facts=smoked(
            masked,
            driver_test(visible, gb_per_s=25.3),
            framework_test(visible, tflops={"fp32": 19.1, "bf16": 268.0}),
        ),
        origin=OWN,
    )


def half_seen() -> Iterator[ListedMachine]:
    """Yield machines on which NVML shows a part only."""
    laptop = gpu("RTX 4060 Laptop", is_display_active=False)
    hidden: dict[str, Any] = {
        # A container has process numbers of its own, and a laptop keeps to its power limit.
        "is_process_listed": False,
        "has_new_process": True,
        "throttle_reasons": ("sw_power_cap",),
        "utilization_percent_before": 3,
    }
    yield ListedMachine(
        name="a laptop's RTX 4060 in a container, smoke tests at its power limit",
        facts=smoked(
            machine(
                [laptop],
                DRIVER,
                TORCH,
                hardware_model="Legion Slim 5 16IRH8",
                **container("docker"),
            ),
            driver_test(laptop, gb_per_s=12.4, seen=hidden),
            framework_test(laptop, tflops={"fp32": 6.1, "fp16": 21.0}, seen=hidden),
        ),
        origin=OWN,
    )
    card = in_wsl(gpu("RTX 4090"))
    unseen: dict[str, Any] = {
        "is_process_listed": None,
        "has_new_process": None,
        "unavailable": {"compute_processes": NOT_SUPPORTED},
    }
    yield ListedMachine(
        name="WSL 2 with smoke tests: slow launches and copies, no process in sight",
        facts=smoked(
            wsl_machine(card, "581.57", "13.0", TORCH),
            driver_test(card, gb_per_s=9.0, seen=unseen, launch_s=46e-6),
            framework_test(card, tflops={"fp32": 48.0, "bf16": 131.0}, seen=unseen),
        ),
        origin=OWN,
        expected=("GPU708",),
    )
    yield ListedMachine(
        name="a MIG slice with smoke tests, of which NVML shows next to nothing",
        facts=mig_slice(),
        origin=OWN,
    )


def slower_with_reason() -> Iterator[ListedMachine]:
    """Yield machines whose figures are low, and rightly so."""
    t4 = gpu("T4")
    capped: dict[str, Any] = {
        "throttle_reasons": ("sw_power_cap",),
        "clock_sm_hz_peak": 750_000_000,
    }
    yield ListedMachine(
        name="a T4 in the cloud at its power limit, on a link that the hypervisor makes up",
        facts=smoked(
            machine([t4], DRIVER, TORCH, system=DEBIAN_12, **CLOUD),
            driver_test(t4, gb_per_s=5.9, seen=capped),
            framework_test(t4, tflops={"fp32": 3.6, "fp16": 23.0}, seen=capped),
        ),
        origin=OWN,
    )
    trainer = GpuProcess(pid=51877, kind="compute", memory_bytes=18_000 * MIB, name="python")
    busy = gpu(
        "RTX 4090",
        memory_used_bytes=18_200 * MIB,
        memory_free_bytes=5_900 * MIB,
        utilization_gpu_percent=97,
        processes=(trainer,),
        pcie_generation=4,
    )
    shared: dict[str, Any] = {"is_process_listed": True, "throttle_reasons": ("sw_power_cap",)}
    yield ListedMachine(
        name="an RTX 4090 that trains while it is tested",
        facts=smoked(
            machine([busy], DRIVER, TORCH),
            driver_test(busy, gb_per_s=11.0, seen=shared),
            framework_test(busy, tflops={"fp32": 21.0, "bf16": 55.0}, seen=shared),
        ),
        origin=OWN,
    )
    old = gpu("GTX 1080 Ti")
    installed = torch_wheels("2.7.1", "12.6") + NUMPY
    yield ListedMachine(
        name="a GTX 1080 Ti, for whose fp16 there is no rate to compare with",
        facts=smoked(
            machine([old], DRIVER, installed),
            driver_test(old, gb_per_s=12.1),
            framework_test(old, tflops={"fp32": 10.4, "fp16": 0.4}),
        ),
        origin=OWN,
    )
    superchip = gpu("GH200", pcie_generation_max=4, pcie_width=1)
    yield ListedMachine(
        name="a GH200, whose copies take NVLink-C2C and not its PCIe link",
        facts=smoked(
            machine([superchip], DRIVER, TORCH, hardware_model="P4496"),
            driver_test(superchip, gb_per_s=371.0),
            framework_test(superchip, tflops={"fp32": 52.0, "bf16": 640.0}),
        ),
        origin=OWN,
    )


def without_gpu() -> Iterator[ListedMachine]:
    """Yield a machine on which the CPU was tested."""
    nowhere = gpu("RTX 4090")  # stands for the CPU: all that tells of a GPU is replaced
    part = framework_test(
        nowhere,
        tflops={"fp32": 0.9},
        ordinal=None,
        uuid=None,
        name=None,
        use=None,
        memory_free_bytes=None,
        test={"kind": "cpu"},
    )
    installed = torch_wheels("2.9.1", None) + NUMPY
    yield ListedMachine(
        name="no GPU, and torch for the CPU tested there",
        facts=smoked(machine([], None, installed), part),
        origin=OWN,
        expected=("GPU101",),
    )


def mig_slice() -> Facts:
    """Return a job in one MIG instance of an A100, whose counters are those of nobody."""
    slices = mig_slices(1, 9856)
    whole = gpu("A100", is_mig_enabled=True, is_mig_enabled_after_reset=True, mig_instances=slices)
    uuid = slices[0].uuid
    facts = machine(
        [whole],
        DRIVER,
        TORCH,
        environment={"CUDA_VISIBLE_DEVICES": uuid or ""},
        cuda={"devices": (cuda_device(whole, 0, uuid),)},
    )
    seen = GpuUse(
        sample_count=58,
        memory_used_bytes_before=12 * MIB,
        memory_used_bytes_peak=900 * MIB,
        unavailable={"utilization_gpu_percent": NOT_SUPPORTED, "power_w": NOT_SUPPORTED},
    )
    small: dict[str, Any] = {"uuid": uuid, "use": seen, "name": "NVIDIA A100-SXM4-80GB MIG 1g.10gb"}
    facts = smoked(
        facts,
        driver_test(whole, gb_per_s=11.0, **small),
        framework_test(whole, tflops={}, products=products(fp32=2.6, bf16=33.0), **small),
    )
    return change(facts, "driver", gpus=(whole,))


SMOKED = (*whole(), *half_seen(), *slower_with_reason(), *without_gpu())
