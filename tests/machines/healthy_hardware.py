"""Healthy machines that differ in their hardware: every generation of GPU, alone and in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from gpucheck.facts import Facts, GpuProcess, NvLink, PciDisplay
from machines.cards import MIB, NOT_SUPPORTED, gpu, gpus, mig_slices, pairs
from machines.environments_of import (
    NUMPY,
    NUMPY_1,
    Installed,
    jax,
    numba,
    packages,
    tensorflow_and_cuda,
    torch_wheels,
)
from machines.listed import ListedMachine
from machines.surroundings import (
    ARCH,
    CAPS,
    DEBIAN_12,
    FEDORA_43,
    GIB,
    RHEL_8,
    ROCKY_9,
    UBUNTU_20,
    UBUNTU_22,
    change,
    cuda_device,
    gcc,
    machine,
    nodes,
    nvcc,
    toolkit_libraries,
)

OWN: Final = "made up from the tables"
REPORT: Final = "after a real report"

OLD_AND_HARMLESS = (
    "[    2.411023] nouveau 0000:01:00.0: NVIDIA AD102 (192000a1)",
    "[    3.001944] nouveau 0000:01:00.0: drm: failed to create kernel channel, -22",
    "[604812.112873] NVRM: Xid (PCI:0000:01:00): 13, pid=40211, name=python, Graphics SM Warp"
    " Exception on (GPC 1, TPC 0, SM 0): Out Of Range Address",
    "[604830.771520] NVRM: Xid (PCI:0000:01:00): 31, pid=40388, name=python, Ch 0000000e, intr"
    " 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 faulted @ 0x7f21_40000000. Fault is of"
    " type FAULT_PDE ACCESS_TYPE_VIRT_READ",
)
"""What a program of last week left behind, and the free driver before it made way."""


def old_cards() -> Iterator[ListedMachine]:
    """Yield machines with GPUs that newer drivers or builds have left behind."""
    yield ListedMachine(
        name="a Fermi GTX 580 on its last driver, 390, without any framework",
        facts=machine([gpu("GTX 580")], "390.157", NUMPY_1, system=UBUNTU_20, python="3.8.10"),
        origin=OWN,
        expected=("GPU119",),
    )
    installed = torch_wheels("2.3.1", "11.8") + NUMPY_1
    yield ListedMachine(
        name="a Tesla K80 (two GPUs) on its last driver, 470, with a build that has sm_37",
        facts=machine(
            gpus("K80", 2),
            "470.256.02",
            installed,
            system=UBUNTU_20,
            python="3.10.14",
            of_driver={"pairs": pairs(2, "single")},
        ),
        origin=OWN,
        expected=("GPU119", "GPU327"),
    )
    yield ListedMachine(
        name="a Maxwell GTX 980 Ti on driver 535 with torch 2.5.1+cu121",
        facts=machine(
            [gpu("GTX 980 Ti")],
            "535.274.02",
            torch_wheels("2.5.1", "12.1") + NUMPY,
            system=UBUNTU_22,
        ),
        origin=OWN,
        expected=("GPU119",),
    )
    yield ListedMachine(
        name="a GTX 1080 Ti on driver 580 with torch 2.8.0+cu126 and all its companions",
        facts=machine(
            [gpu("GTX 1080 Ti")],
            "580.95.05",
            torch_wheels("2.8.0", "12.6")
            + packages(torchvision="0.23.0+cu126", torchaudio="2.8.0+cu126")
            + NUMPY,
            system=DEBIAN_12,
        ),
        origin=OWN,
    )


def volta_and_turing() -> Iterator[ListedMachine]:
    """Yield machines with V100, T4 and RTX 20."""
    yield ListedMachine(
        name="four V100 with NVLink on driver 535 with torch 2.6.0+cu124",
        facts=machine(
            gpus("V100", 4),
            "535.247.01",
            torch_wheels("2.6.0", "12.4") + NUMPY,
            system=ROCKY_9,
            of_driver={"pairs": pairs(4)},
        ),
        origin=OWN,
        expected=("GPU119", "GPU327"),
    )
    yield ListedMachine(
        name="a V100 on driver 580 with torch 2.8.0+cu128",
        facts=machine([gpu("V100 PCIe")], "580.95.05", torch_wheels("2.8.0", "12.8") + NUMPY),
        origin=OWN,
    )
    cloud: dict[str, Any] = {
        "hardware_model": "Google Compute Engine",
        "memory_bytes": 15 * GIB,
        "cpu_cores": 4,
    }
    yield ListedMachine(
        name="a T4 on Google Cloud with driver 550 and tensorflow[and-cuda]",
        facts=machine([gpu("T4")], "550.90.07", tensorflow_and_cuda(), system=DEBIAN_12, **cloud),
        origin=OWN,
        expected=("GPU119", "GPU327"),
    )
    vgpu = gpu(
        "T4 vGPU",
        vgpu_license_state="licensed",
        is_ecc_enabled=None,
        unavailable={"power_w": NOT_SUPPORTED, "temperature_c": NOT_SUPPORTED},
        power_w=None,
        power_limit_w=None,
        power_limit_default_w=None,
        temperature_c=None,
        pcie_generation=None,
        pcie_generation_max=None,
        pcie_width=None,
        pcie_width_max=None,
    )
    yield ListedMachine(
        name="a licensed vGPU, GRID T4-8Q, with torch 2.9.1+cu128",
        facts=machine([vgpu], "580.95.05", torch_wheels("2.9.1", "12.8") + NUMPY),
        origin=OWN,
    )
    yield ListedMachine(
        name="two RTX 2080 Ti on driver 525 with torch 2.1.2+cu121",
        facts=machine(
            gpus("RTX 2080 Ti", 2),
            "525.147.05",
            torch_wheels("2.1.2", "12.1") + NUMPY_1,
            system=UBUNTU_22,
            python="3.10.12",
            of_driver={"pairs": pairs(2, "hostbridge", "chipset_not_supported")},
        ),
        origin=OWN,
        expected=("GPU119", "GPU327"),
    )


def desktops() -> Iterator[ListedMachine]:
    """Yield desktops with RTX 30, 40 and 50."""
    yield ListedMachine(
        name="an RTX 3060 on Fedora with driver 590 and torch 2.11.0+cu130",
        facts=machine(
            [gpu("RTX 3060")], "590.48.01", torch_wheels("2.11.0", "13.0") + NUMPY, system=FEDORA_43
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="an RTX 3090 on Arch with driver 580, CUDA 13 and gcc 15, power-capped at work",
        facts=machine(
            [
                gpu(
                    "RTX 3090",
                    throttle_reasons=("sw_power_cap",),
                    power_w=349.2,
                    utilization_gpu_percent=99,
                    pcie_generation=4,
                    clock_sm_hz=1_695_000_000,
                    clock_memory_hz=9_501_000_000,
                    temperature_c=71,
                )
            ],
            "580.105.08",
            torch_wheels("2.11.0", "13.0") + NUMPY,
            system=ARCH,
            environment={"CUDA_PATH": "/opt/cuda"},
            toolkit={
                "nvccs": (nvcc("13.0", "PATH", "CUDA_PATH", home="/opt/cuda"),),
                "host_compilers": gcc("15.2.1"),
            },
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="an RTX 4090 on driver 535.183 with torch 2.5.1+cu121, nvcc 12.1 and cuDNN 8.9 of apt",
        facts=rtx_4090_with_system_cudnn(),
        origin=REPORT,
        expected=("GPU119",),
    )
    trainer = GpuProcess(
        pid=51877, kind="compute", memory_bytes=18_900 * MIB, name="python", is_alive=True
    )
    busy = gpu(
        "RTX 4090",
        memory_used_bytes=19_100 * MIB,
        memory_free_bytes=5_050 * MIB,
        throttle_reasons=("sw_power_cap",),
        utilization_gpu_percent=97,
        utilization_memory_percent=61,
        power_w=441.0,
        temperature_c=74,
        pcie_generation=4,
        clock_sm_hz=2_640_000_000,
        clock_memory_hz=10_251_000_000,
        processes=(
            GpuProcess(
                pid=2210, kind="graphics", memory_bytes=200 * MIB, name="Xorg", is_alive=True
            ),
            trainer,
        ),
    )
    yield ListedMachine(
        name="an RTX 4090 in the middle of a training run, old Xids in the log",
        facts=with_log(
            machine([busy], "570.195.03", torch_wheels("2.9.1", "12.8") + NUMPY), *OLD_AND_HARMLESS
        ),
        origin=OWN,
        expected=("GPU110", "GPU119"),
    )
    yield ListedMachine(
        name="an RTX 5090 on driver 615 with torch 2.14.1+cu130 and jax[cuda13]",
        facts=machine(
            [gpu("RTX 5090")],
            "615.36.01",
            torch_with_jax(),
            environment={"XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
        ),
        origin=OWN,
    )
    two = [gpu("RTX 5090"), gpu("RTX 3090", 1)]
    yield ListedMachine(
        name="two different GPUs in a desktop, the faster one first on the bus",
        facts=machine(
            two,
            "580.95.05",
            torch_wheels("2.9.1", "12.8") + NUMPY,
            of_driver={"pairs": pairs(2, "hostbridge", "chipset_not_supported")},
        ),
        origin=OWN,
        expected=("GPU606",),
    )
    yield ListedMachine(
        name="a workstation with RTX PRO 6000 Blackwell, MIG off, numba and torch",
        facts=machine(
            [gpu("RTX PRO 6000")],
            "580.95.05",
            torch_wheels("2.11.0", "13.0") + numba(13) + NUMPY,
            toolkit={"nvccs": (nvcc("13.0", "PATH"),)},
        ),
        origin=OWN,
    )


def on_purpose() -> Iterator[ListedMachine]:
    """Yield machines with settings that somebody may have meant: notes, no more."""
    torch = torch_wheels("2.9.1", "12.8") + NUMPY
    yield ListedMachine(
        name="an RTX 3090 whose owner lowered the power limit",
        facts=machine([gpu("RTX 3090", power_limit_w=280.0)], "580.95.05", torch),
        origin=OWN,
        expected=("GPU118",),
    )
    yield ListedMachine(
        name="a headless A10 with persistence mode off",
        facts=machine([gpu("A10", is_persistence_on=False)], "580.95.05", torch),
        origin=OWN,
        expected=("GPU117",),
    )


def laptops() -> Iterator[ListedMachine]:
    """Yield laptops: hybrid graphics, on battery, with links and limits at rest."""
    intel = PciDisplay(
        address="0000:00:02.0",
        vendor_id="8086",
        device_id="a788",
        pci_class="0300",
        kernel_driver="i915",
    )
    on_battery = gpu(
        "RTX 4060 Laptop",
        power_limit_w=35.0,
        power_w=3.1,
        pcie_generation=1,
        is_display_active=False,
        throttle_reasons=("gpu_idle", "sw_power_cap"),
        unavailable={"power_limit_default_w": NOT_SUPPORTED},
        power_limit_default_w=None,
    )
    facts = machine(
        [on_battery],
        "580.95.05",
        torch_wheels("2.9.1", "12.8") + NUMPY,
        hardware_model="Legion Slim 5 16IRH8",
        cpu_model="13th Gen Intel(R) Core(TM) i7-13700H",
        cpu_cores=20,
        memory_bytes=31 * GIB,
        shm_bytes=15 * GIB,
        is_secure_boot=True,
        kernel_modules=("i915", "nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm"),
        environment={"__NV_PRIME_RENDER_OFFLOAD": "1"},
    )
    displays = facts.machine.value.pci_displays or ()
    yield ListedMachine(
        name="a laptop on battery: PRIME, PCIe 1 x8, persistence off, power lowered, Secure Boot",
        facts=change(facts, "machine", pci_displays=(intel, *displays)),
        origin=OWN,
    )
    amd = msgspec.structs.replace(intel, vendor_id="1002", device_id="150e", kernel_driver="amdgpu")
    lowered = gpu("RTX 5080 Laptop", power_limit_w=95.0, is_display_active=False, pcie_width_max=16)
    facts = machine(
        [lowered],
        "595.45.04",
        torch_wheels("2.13.0", "13.0") + NUMPY,
        system=FEDORA_43,
        hardware_model="ROG Zephyrus G16",
        memory_bytes=31 * GIB,
        shm_bytes=15 * GIB,
        kernel_modules=("amdgpu", "nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm"),
    )
    displays = facts.machine.value.pci_displays or ()
    yield ListedMachine(
        name="a laptop whose firmware holds the GPU below its default power limit",
        facts=change(facts, "machine", pci_displays=(*displays, amd)),
        origin=OWN,
    )


def data_centre() -> Iterator[ListedMachine]:
    """Yield servers with A10 to B200."""
    yield ListedMachine(
        name="four A100-SXM-64GB of a cluster on driver 530 with torch 2.4.0+cu121",
        facts=machine(
            gpus("A100 64GB", 4),
            "530.30.02",
            torch_wheels("2.4.0", "12.1") + NUMPY_1,
            system=RHEL_8,
            cpu_model="Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz",
            of_driver={"pairs": pairs(4)},
            environment={"CUDA_HOME": "/usr/local/cuda-12.1"},
            toolkit={
                "nvccs": (nvcc("12.1", "PATH", "CUDA_HOME"),),
                "host_compilers": gcc("12.2.0", "/opt/spack/gcc-12.2.0/bin/gcc"),
            },
        ),
        origin=REPORT,
        expected=("GPU119",),
    )
    repaired = gpu(
        "A100",
        ecc_corrected_count=41,
        remapped_rows_correctable=3,
        remapped_rows_uncorrectable=1,
        ecc_uncorrected_total_count=2,
    )
    yield ListedMachine(
        name="an A100 whose bad rows were remapped long ago, corrected ECC errors since",
        facts=machine([repaired], "580.95.05", torch_wheels("2.9.1", "12.8") + NUMPY),
        origin=OWN,
    )
    yield ListedMachine(
        name="eight A100 PCIe without NVLink",
        facts=machine(
            gpus("A100 PCIe", 8),
            "580.95.05",
            torch_wheels("2.9.1", "12.8") + NUMPY,
            of_driver={"pairs": pairs(8, "node")},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="an A10G on AWS with driver 550 and torch 2.6.0+cu124",
        facts=machine(
            [gpu("A10G", power_limit_w=300, pcie_generation=1)],
            "550.163.01",
            torch_wheels("2.6.0", "12.4") + NUMPY,
            system=UBUNTU_22,
            hardware_model="g5.xlarge",
        ),
        origin=OWN,
        expected=("GPU119",),
    )
    yield ListedMachine(
        name="an L4 with driver 570 and torch 2.8.0+cu128",
        facts=machine([gpu("L4")], "570.195.03", torch_wheels("2.8.0", "12.8") + NUMPY),
        origin=OWN,
        expected=("GPU119",),
    )
    yield ListedMachine(
        name="four L40S on driver 580 with torch 2.13.0+cu130",
        facts=machine(
            gpus("L40S", 4),
            "580.95.05",
            torch_wheels("2.13.0", "13.0") + NUMPY,
            of_driver={"pairs": pairs(4, "system")},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="an H100 on driver 580.126 with torch 2.9.1+cu126 and nvcc 12.6",
        facts=machine(
            [gpu("H100", fabric_state="completed", fabric_status="NVML_SUCCESS")],
            "580.126.09",
            torch_wheels("2.9.1", "12.6") + NUMPY,
            system=UBUNTU_22 | {"kernel_release": "6.8.0-106-generic"},
            python="3.11.14",
            environment={"CUDA_HOME": "/usr/local/cuda-12.6"},
            toolkit={
                "nvccs": (nvcc("12.6", "PATH", "CUDA_HOME"),),
                "host_compilers": gcc("11.4.0"),
            },
        ),
        origin=REPORT,
    )
    fabric = {"fabric_state": "completed", "fabric_status": "NVML_SUCCESS"}
    for model, driver, torch, cuda, notes in (
        ("H100", "535.261.03", "2.7.1", "12.6", ("GPU119", "GPU327")),
        ("H100", "550.163.01", "2.7.1", "12.6", ("GPU119", "GPU327")),
        ("H200", "580.95.05", "2.9.1", "12.8", ()),
        ("B200", "590.48.01", "2.13.0", "13.0", ()),
    ):
        yield ListedMachine(
            name=f"eight {model} with NVSwitch on driver {driver} with torch {torch} for {cuda}",
            facts=nvswitch_system(model, driver, torch_wheels(torch, cuda) + NUMPY, **fabric),
            origin=OWN,
            expected=notes,
        )


def arm_servers() -> Iterator[ListedMachine]:
    """Yield Grace machines."""
    site = "/home/ada/work/.venv/lib/python3.12/site-packages"
    installed = torch_wheels("2.6.0", "12.6", sass_targets=("sm_90",)) + NUMPY
    yield ListedMachine(
        name="a GH200 on driver 560 with torch 2.6.0+cu126",
        facts=change(
            machine(
                [gpu("GH200")],
                "560.35.05",
                installed,
                system=UBUNTU_22 | {"kernel_release": "6.8.0-1027-nvidia-64k"},
                architecture="aarch64",
                cpu_model=None,
                toolkit={
                    "nvccs": (nvcc("12.4", "PATH"),),
                    "host_compilers": gcc("11.4.0"),
                },
            ),
            "packages",
            platform_tag="linux-aarch64",
            environment_kind="uv",
        ),
        origin=REPORT,
        expected=("GPU119",),
    )
    targets = ("sm_80", "sm_90", "sm_100", "sm_110", "sm_120")
    installed = torch_wheels("2.11.0", "13.0", sass_targets=targets) + NUMPY
    fabric = {"fabric_state": "completed", "fabric_status": "NVML_SUCCESS"}
    yield ListedMachine(
        name="a tray of GB200 with torch 2.11.0+cu130",
        facts=change(
            machine(
                gpus("GB200", 4, **fabric),
                "580.95.05",
                installed,
                site=site,
                system=UBUNTU_22 | {"kernel_release": "6.8.0-1043-nvidia-64k"},
                architecture="aarch64",
                of_driver={"pairs": pairs(4, "system")},
                device_nodes=(*nodes(4), CAPS),
            ),
            "packages",
            platform_tag="linux-aarch64",
        ),
        origin=OWN,
    )


def mig_machines() -> Iterator[ListedMachine]:
    """Yield machines with MIG in use, and with MIG off."""
    slices = mig_slices(7, 9_728)
    sliced = gpu(
        "A100",
        is_mig_enabled=True,
        is_mig_enabled_after_reset=True,
        mig_instances=slices,
        nvlinks=tuple(NvLink(link=n, is_active=True) for n in range(12)),
        unavailable={"utilization_gpu_percent": NOT_SUPPORTED},
        utilization_gpu_percent=None,
        utilization_memory_percent=None,
    )
    one = msgspec.structs.replace(sliced, mig_instances=slices[2:3])
    seen = msgspec.structs.replace(
        cuda_device(sliced, 0, slices[2].uuid),
        name="NVIDIA A100-SXM4-80GB MIG 1g.10gb",
        memory_total_bytes=9_728 * MIB,
    )
    yield ListedMachine(
        name="a container that was given one MIG slice of an A100",
        facts=machine(
            [one],
            "580.95.05",
            torch_wheels("2.9.1", "12.8") + NUMPY,
            cuda={"devices": (seen,)},
            is_container=True,
            container_kind="docker",
            is_root=True,
            kernel_log=None,
            environment={"NVIDIA_VISIBLE_DEVICES": slices[2].uuid or ""},
        ),
        origin=OWN,
    )
    yield ListedMachine(
        name="an A100 with seven MIG slices, one chosen by its UUID",
        facts=machine(
            [sliced],
            "580.95.05",
            torch_wheels("2.9.1", "12.8") + NUMPY,
            cuda={"devices": (seen,)},
            environment={"CUDA_VISIBLE_DEVICES": slices[2].uuid or ""},
        ),
        origin=OWN,
    )


def rtx_4090_with_system_cudnn() -> Facts:
    """Return a desktop with a toolkit and an older cuDNN of apt beside the wheels."""
    facts = machine(
        [gpu("RTX 4090")],
        "535.183.01",
        torch_wheels("2.5.1", "12.1") + NUMPY_1,
        system=UBUNTU_22 | {"kernel_release": "5.4.0-193-generic"},
        python="3.10.12",
        toolkit={
            "nvccs": (nvcc("12.1", "PATH", "/usr/local/cuda"),),
            "host_compilers": gcc("11.4.0"),
        },
    )
    beside = toolkit_libraries("/usr/local/cuda-12.1/lib64", 12, "ld.so.cache")
    libraries = facts.toolkit.value.loader_libraries or ()
    cudnn = msgspec.structs.replace(
        beside[0],
        soname="libcudnn.so.8",
        path="/usr/lib/x86_64-linux-gnu/libcudnn.so.8",
        real_path="/usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.0",
    )
    return change(facts, "toolkit", loader_libraries=(*libraries, *beside, cudnn))


def torch_with_jax() -> Installed:
    """Return torch for CUDA 13 and jax[cuda13] on one set of wheels."""
    torch = torch_wheels("2.14.1", "13.0")
    return torch + jax("0.11.0", 13, torch.releases) + NUMPY


def nvswitch_system(model: str, driver: str, installed: Installed, **fabric: str) -> Facts:
    """Return eight GPUs behind NVSwitches, their fabric ready."""
    return machine(
        gpus(model, 8, **fabric),
        driver,
        installed,
        system=UBUNTU_22,
        cpu_cores=224,
        memory_bytes=2048 * GIB,
        shm_bytes=1024 * GIB,
        nvswitch_count=4 if model.startswith("H") else 0,
        has_fabric_manager=True,
        of_driver={"pairs": pairs(8, "system")},
        device_nodes=(*nodes(8, "/dev/nvidia-nvswitchctl", "/dev/nvidia-nvswitch0"), CAPS),
    )


def with_log(facts: Facts, *lines: str) -> Facts:
    """Return the facts with lines in the kernel's log, in the order of their times."""
    log = sorted((*(facts.machine.value.kernel_log or ()), *lines), key=_seconds)
    return change(facts, "machine", kernel_log=tuple(log))


def _seconds(line: str) -> float:
    return float(line[1:].partition("]")[0])


HARDWARE = (
    *old_cards(),
    *volta_and_turing(),
    *desktops(),
    *on_purpose(),
    *laptops(),
    *data_centre(),
    *arm_servers(),
    *mig_machines(),
)
