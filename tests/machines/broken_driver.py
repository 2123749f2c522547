"""Broken machines: the driver, its kernel module and the GPUs (1xx), and several GPUs (6xx)."""

from __future__ import annotations

from typing import Any

from gpucheck.facts import CudaDevice, Gpu, GpuPair, GpuProcess, MigInstance, NvLink, PciDisplay
from gpucheck.versions import DriverRelease
from machines.broken_parts import (
    FOUR_BLIND,
    GIB,
    JAX,
    REAL,
    TORCH,
    WHEELS_12,
    blind,
    box,
    bus,
    card,
    cards,
    changed,
    ended,
    four_blind,
    machine,
    nodes,
)
from make import MIB, torch

NO_MODULE = {
    "kernel_modules": (),
    "kernel_module_release": None,
    "kernel_module_flavour": None,
    "device_nodes": (),
}
XID = "NVRM: Xid (PCI:0000:{bus:02x}:00): {number}, pid=20417, name=python3, {words}"
SERVER = {"memory_bytes": 2048 * GIB, "cpu_cores": 224, "shm_bytes": 1024 * GIB}
DATA_CENTRE = {
    "is_ecc_enabled": True,
    "ecc_uncorrected_count": 0,
    "ecc_corrected_count": 0,
    "remapped_rows_correctable": 0,
    "remapped_rows_uncorrectable": 0,
    "is_remap_pending": False,
    "has_remap_failed": False,
    "power_limit_w": 700.0,
    "power_limit_default_w": 700.0,
    "pcie_generation": 5,
    "pcie_generation_max": 5,
}
NVSWITCHED = {
    **DATA_CENTRE,
    "nvlinks": tuple(NvLink(link=link, is_active=True) for link in range(18)),
    "fabric_state": "completed",
    "fabric_status": "NVML_SUCCESS",
}


def no_driver() -> dict[str, Any]:
    """Return PyTorch as it speaks where no driver answers."""
    says = "RuntimeError: Found no NVIDIA driver on your system. Please check that you have one"
    return {"torch": blind(TORCH, says), "distributions": dict(WHEELS_12)}


def lost_gpu() -> list[Gpu | str]:
    """Return four H100, of which the third no longer answers."""
    fields = ("name", "uuid", "memory_total_bytes", "temperature_c", "power_w", "processes")
    gone = dict.fromkeys(fields, "NVML_ERROR_GPU_IS_LOST")
    there = cards("H100", 4, **DATA_CENTRE)
    there[2] = card(
        "H100", 2, name=None, uuid=None, memory_total_bytes=None, memory_used_bytes=None,
        memory_free_bytes=None, temperature_c=None, power_w=None, processes=None,
        compute_capability=None, throttle_reasons=None, compute_mode=None, is_mig_enabled=None,
        power_limit_w=None, pcie_width=None, pcie_generation=None, unavailable=gone,
    )  # fmt: skip
    return there


MACHINES = (
    machine(
        "a laptop with Intel graphics and a CUDA build of torch",
        box(
            gpus=[],
            driver=None,
            machine={
                "pci_displays": (
                    PciDisplay(
                        address="0000:00:02.0",
                        vendor_id="8086",
                        device_id="a7a0",
                        kernel_driver="i915",
                    ),
                )
            },
            torch=blind(TORCH, "RuntimeError: Found no NVIDIA driver on your system."),
            distributions=dict(WHEELS_12),
        ),
        "GPU101",
    ),
    machine(
        "a fresh server with an RTX 3090 and no driver at all",
        box(gpus=["RTX 3090"], driver=None, **no_driver()),
        "GPU102 > GPU324",
    ),
    machine(
        "a fresh desktop: nouveau draws the picture, no NVIDIA driver installed",
        box(
            gpus=["RTX 3060"],
            driver=None,
            machine={"pci_displays": bus(["RTX 3060"], "nouveau"), "kernel_modules": ("nouveau",)},
            **no_driver(),
        ),
        "GPU102 > GPU324",
    ),
    machine(
        "a kernel update without headers: four frameworks see no GPU",
        box(
            gpus=["RTX 4090"],
            nvml_error=9,
            cuda_error=100,
            machine=NO_MODULE
            | {
                "kernel_release": "6.8.0-79-generic",
                "kernel_module_on_disk": False,
                "pci_displays": bus(["RTX 4090"], None),
                "kernel_log": (
                    "modprobe[811]: FATAL: Module nvidia not found in directory"
                    " /lib/modules/6.8.0-79-generic",
                ),
            },
            **four_blind(100),
        ),
        f"GPU103 > GPU127 {FOUR_BLIND}",
    ),
    machine(
        "an unattended upgrade replaced the libraries under the loaded module",
        box(
            gpus=["RTX 3090"],
            driver="550.107.02",
            nvml_error=18,
            cuda_error=803,
            machine={
                "kernel_module_release": DriverRelease.parse("550.90.07"),
                "kernel_log": (
                    "NVRM: API mismatch: the client 'nvidia-smi' (pid 4711)",
                    "NVRM: has the version 550.107.02, but this kernel module has",
                    "NVRM: the version 550.90.07.  Please make sure that this",
                ),
            },
            **four_blind(803),
        ),
        f"GPU104 > GPU127 GPU213 GPU218 {FOUR_BLIND}",
        origin=REAL,  # https://github.com/oddmario/NVIDIA-Ubuntu-Driver-Guide/issues/4
    ),
    machine(
        "nouveau owns the GPU although the driver is installed",
        box(
            gpus=["RTX 3060"],
            driver="550.120",
            nvml_error=9,
            cuda_error=100,
            machine=NO_MODULE
            | {
                "kernel_module_on_disk": True,
                "kernel_modules": ("nouveau",),
                "pci_displays": bus(["RTX 3060"], "nouveau"),
                "kernel_log": (
                    "nouveau 0000:01:00.0: NVIDIA GA106 (b76000a1)",
                    "NVRM: GPU 0000:01:00.0 is already bound to nouveau.",
                    "NVRM: The NVIDIA probe routine was not called for 1 device(s).",
                ),
            },
            **four_blind(100),
        ),
        f"GPU105 > GPU103 GPU127 {FOUR_BLIND}",
    ),
    machine(
        "Secure Boot refuses the module that DKMS built",
        box(
            gpus=["RTX 4090"],
            nvml_error=9,
            cuda_error=100,
            machine=NO_MODULE
            | {
                "is_secure_boot": True,
                "kernel_module_on_disk": True,
                "pci_displays": bus(["RTX 4090"], None),
                "kernel_log": (
                    "Loading of module with unavailable key is rejected",
                    "systemd-modules-load[402]: Failed to insert module 'nvidia': Key was rejected"
                    " by service",
                ),
            },
            **four_blind(100),
        ),
        f"GPU106 > GPU103 GPU127 {FOUR_BLIND}",
    ),
    machine(
        "an RTX 5090 with the proprietary modules of 570",
        changed(
            box(
                gpus=["RTX 5090"],
                driver="570.144",
                cuda_error=100,
                machine={
                    "kernel_module_flavour": "proprietary",
                    "kernel_log": (
                        "NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:2b85)",
                        "NVRM: installed in this system requires use of the NVIDIA open kernel"
                        " modules.",
                        "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x22:0x56:884)",
                        "NVRM: GPU 0000:01:00.0: rm_init_adapter failed, device minor number 0",
                    ),
                },
                torch=blind(TORCH, "RuntimeError: No CUDA GPUs are available"),
                distributions=dict(WHEELS_12),
            ),
            "driver",
            gpus=(),
        ),
        "GPU107 > GPU112 GPU127 GPU324",
        "GPU119",
        origin=REAL,  # https://github.com/getsolus/packages/issues/5575
    ),
    machine(
        "a Tesla K80 under driver 550",
        box(
            gpus=["Tesla K80"],
            driver="550.127.05",
            nvml_error=9,
            cuda_error=100,
            machine=NO_MODULE
            | {
                "kernel_module_on_disk": True,
                "pci_displays": bus(["Tesla K80"], None),
                "kernel_log": (
                    "NVRM: The NVIDIA Tesla K80 GPU installed in this system is",
                    "NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please",
                    "NVRM:  information.  The 550.127.05 NVIDIA driver will ignore",
                    "NVRM: No NVIDIA GPU found.",
                ),
            },
            torch=blind(torch("2.5.1+cu118"), "RuntimeError: No CUDA GPUs are available"),
        ),
        "GPU108 > GPU103 GPU127 GPU324",
    ),
    machine(
        "one of four H100 fell off the bus during training",
        box(
            gpus=lost_gpu(),
            machine=SERVER
            | {
                "kernel_log": (
                    "NVRM: GPU 0000:03:00.0: GPU has fallen off the bus.",
                    XID.format(bus=3, number=79, words="GPU has fallen off the bus."),
                    XID.format(
                        bus=3,
                        number=154,
                        words="GPU recovery action changed from 0x0"
                        " (None) to 0x2 (Node Reboot Required)",
                    ),
                )
            },
            cuda_error=999,
            torch=blind(torch("2.9.1+cu130"), "RuntimeError: CUDA unknown error"),
        ),
        "GPU109 > GPU110 GPU122 GPU127 GPU324 GPU110",
    ),
    machine(
        "one of four H100 fell off the bus, CUDA still shows the others",
        box(
            gpus=lost_gpu(),
            machine=SERVER
            | {
                "kernel_log": (
                    "NVRM: GPU 0000:03:00.0: GPU has fallen off the bus.",
                    XID.format(bus=3, number=79, words="GPU has fallen off the bus."),
                )
            },
            cuda={
                "devices": tuple(
                    CudaDevice(ordinal=ordinal, uuid=card("H100", index).uuid)
                    for ordinal, index in enumerate((0, 1, 3))
                )
            },
            torch=torch("2.9.1+cu130"),
        ),
        "GPU109 > GPU110",
    ),
    machine(
        "Xid 62: the GPU's microcontroller halted",
        box(
            gpus=cards("A100", 2, **DATA_CENTRE),
            machine=SERVER
            | {"kernel_log": (XID.format(bus=1, number=62, words="2f41(3118) 00000000 00000000"),)},
            torch="2.9.1+cu130",
        ),
        "GPU110",
    ),
    machine(
        "an A100 with uncorrectable ECC errors (Xid 48)",
        box(
            gpus=[
                card(
                    "A100",
                    0,
                    **DATA_CENTRE | {"ecc_uncorrected_count": 2, "ecc_uncorrected_total_count": 3},
                ),
                card("A100", 1, **DATA_CENTRE),
            ],
            machine=SERVER
            | {
                "kernel_log": (
                    XID.format(
                        bus=1,
                        number=48,
                        words="An uncorrectable double bit error (DBE) has been detected"
                        " on GPU in the framebuffer at partition 4, subpartition 0.",
                    ),
                )
            },
            torch="2.9.1+cu130",
        ),
        "GPU111 > GPU110",
    ),
    machine(
        "an H100 that must be reset before a bad memory row is replaced (Xid 63)",
        box(
            gpus=[
                card(
                    "H100",
                    0,
                    **DATA_CENTRE | {"is_remap_pending": True, "remapped_rows_uncorrectable": 1},
                )
            ],
            machine=SERVER
            | {
                "kernel_log": (
                    XID.format(
                        bus=1,
                        number=63,
                        words="Row Remapper: New row (0x000000002c1f0d3a) marked for"
                        " remapping, reset gpu to activate.",
                    ),
                )
            },
            torch="2.9.1+cu130",
        ),
        "GPU111 > GPU110",
    ),
    machine(
        "an RTX 5090 without Above 4G Decoding: RmInitAdapter failed",
        changed(
            box(
                gpus=["RTX 5090"],
                cuda_error=100,
                machine={
                    "kernel_log": (
                        "pci 0000:01:00.0: BAR 1 [mem size 0x800000000 64bit pref]: can't assign;"
                        " no space",
                        "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:01:00.0)",
                        "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x22:0x56:884)",
                        "NVRM: GPU 0000:01:00.0: rm_init_adapter failed, device minor number 0",
                    )
                },
                **four_blind(100),
            ),
            "driver",
            gpus=(),
        ),
        f"GPU112 > GPU127 {FOUR_BLIND}",
        "GPU201",
        origin=REAL,  # https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862
    ),
    machine(
        "a V100 in exclusive-process mode that somebody's job holds",
        box(
            gpus=[
                card(
                    "V100",
                    0,
                    compute_mode="exclusive_process",
                    processes=(
                        GpuProcess(pid=40127, name="python3", memory_bytes=9 * GIB, is_alive=True),
                    ),
                    memory_used_bytes=9 * GIB,
                    memory_free_bytes=7 * GIB,
                )
            ],
            driver="535.183.01",
            torch="2.4.1+cu121",
        ),
        "GPU113",
        "GPU119",
        "GPU201",
    ),
    machine(
        "an RTX 3090 whose memory a dead process still holds",
        box(
            gpus=[
                card(
                    "RTX 3090",
                    0,
                    memory_used_bytes=23400 * MIB,
                    memory_free_bytes=1176 * MIB,
                    processes=(GpuProcess(pid=31337, memory_bytes=22900 * MIB, is_alive=False),),
                )
            ],
            torch="2.9.1+cu130",
        ),
        "GPU114",
    ),
    machine(
        "an RTX 4090 that throttles for heat",
        box(
            gpus=[
                card(
                    "RTX 4090",
                    0,
                    temperature_c=91,
                    utilization_gpu_percent=98,
                    power_w=212.0,
                    throttle_reasons=("hw_slowdown", "hw_thermal_slowdown"),
                    clock_sm_hz=1_005_000_000,
                    clock_sm_max_hz=3_105_000_000,
                    pcie_generation=4,
                )
            ],
            torch="2.9.1+cu130",
        ),
        "GPU115",
    ),
    machine(
        "an RTX 3090 with 4 of its 16 PCIe lanes",
        box(
            gpus=[card("RTX 3090", 0, pcie_width=4, pcie_generation=4, utilization_gpu_percent=97)],
            machine={
                "pci_displays": (
                    PciDisplay(
                        address="0000:01:00.0",
                        vendor_id="10de",
                        device_id="2204",
                        pci_class="0300",
                        kernel_driver="nvidia",
                        link_width=4,
                        link_width_max=16,
                        port_width_max=16,
                    ),
                )
            },
            torch="2.9.1+cu130",
        ),
        "GPU116",
    ),
    machine(
        "a headless A100 server with persistence mode off",
        box(
            gpus=cards(
                "A100", 2, **DATA_CENTRE | {"is_persistence_on": False, "is_display_active": False}
            ),
            machine=SERVER,
            torch="2.9.1+cu130",
        ),
        "GPU117",
    ),
    machine(
        "an RTX 3090 held to 200 W",
        box(
            gpus=[card("RTX 3090", 0, power_limit_w=200.0, power_limit_default_w=350.0)],
            torch="2.9.1+cu130",
        ),
        "GPU118",
    ),
    machine(
        "driver 525, whose branch is past its end of life",
        box(gpus=["RTX A6000"], driver="525.147.05", torch="2.4.1+cu121"),
        "GPU119",
        "GPU327 > GPU201",
    ),
    machine(
        "a driver that never answers: NVML is stuck inside the kernel",
        ended(
            ended(
                ended(
                    box(
                        machine={
                            "kernel_log": (
                                "INFO: task nvidia-smi:20417 blocked for more than 122 seconds.",
                            )
                        },
                        **four_blind(999),
                    ),
                    "driver",
                    outcome="unkillable",
                    stage="nvmlInit_v2",
                    elapsed_s=25.0,
                    reason="no answer within 20 s, and it could not be killed",
                ),
                "cuda_driver",
                outcome="timed_out",
                stage="cuInit",
                elapsed_s=20.0,
                reason="no answer within 20 s",
            ),
            "torch",
            outcome="timed_out",
            stage="torch.cuda.is_available",
            elapsed_s=60.0,
            reason="no answer within 60 s",
        ),
        "GPU120 > GPU323 GPU904",
    ),
    machine(
        "a driver library that crashes whoever calls it",
        ended(
            box(torch="2.9.1+cu130"),
            "driver",
            outcome="crashed",
            stage="nvmlInit_v2",
            signal="SIGSEGV",
            reason="ended by SIGSEGV",
        ),
        "GPU121 > GPU904",
    ),
    machine(
        "a desktop after suspend: nvidia_uvm is broken, NVML is fine",
        box(
            gpus=["RTX 3060"],
            driver="535.183.01",
            cuda_error=999,
            machine={
                "kernel_log": (
                    "nvidia-uvm: uvm_global.c:425 uvm_global_set_fatal_error_impl"
                    "[pid:20417] Encountered a global fatal error: Generic Error:"
                    " An RC error that is fatal [NV_ERR_RC_ERROR]",
                )
            },
            **four_blind(999),
        ),
        f"GPU122 > GPU127 {FOUR_BLIND}",
        "GPU119",
        "GPU327 > GPU201",
        "GPU327",
        "GPU327",
        "GPU327",
        origin=REAL,  # https://github.com/pytorch/pytorch/issues/88639
    ),
    machine(
        "a user outside the group that may open the device files",
        box(
            gpus=["RTX A6000"],
            nvml_error=4,
            cuda_error=100,
            machine={"device_nodes": nodes(1, is_accessible=False)},
            **four_blind(100),
        ),
        f"GPU123 > GPU127 {FOUR_BLIND}",
    ),
    machine(
        "an A100 in MIG mode without an instance",
        box(
            gpus=[card("A100", 0, **DATA_CENTRE | {"is_mig_enabled": True, "mig_instances": ()})],
            cuda_error=100,
            machine=SERVER,
            torch=blind(torch("2.9.1+cu130"), "RuntimeError: No CUDA GPUs are available"),
        ),
        "GPU124 > GPU127 GPU324",
    ),
    machine(
        "an H100 cut into three MIG instances, chosen by number",
        box(
            gpus=[
                card(
                    "H100",
                    0,
                    **DATA_CENTRE
                    | {
                        "is_mig_enabled": True,
                        "mig_instances": tuple(
                            MigInstance(
                                uuid=f"MIG-0c1d2e3f-0000-1111-2222-33334444555{i}",
                                name="MIG 2g.20gb",
                                gpu_instance_id=i + 3,
                                compute_instance_id=0,
                                memory_total_bytes=20 * GIB,
                            )
                            for i in range(3)
                        ),
                    },
                )
            ],
            environment={"CUDA_VISIBLE_DEVICES": "0,1,2"},
            cuda={
                "devices": (
                    CudaDevice(
                        ordinal=0,
                        uuid="MIG-0c1d2e3f-0000-1111-2222-333344445550",
                        memory_total_bytes=20 * GIB,
                    ),
                )
            },
            machine=SERVER,
            torch="2.9.1+cu130",
        ),
        "GPU125 > GPU511",
    ),
    machine(
        "a server with the driver's display part only: libcuda is missing",
        box(
            gpus=["RTX A6000"],
            libcuda_error="libcuda.so.1: cannot open shared object file: No such file or directory",
            **no_driver(),
        ),
        "GPU126 > GPU324",
        "GPU201",
    ),
    machine(
        "cuInit fails with 304 and nothing tells why",
        box(gpus=["RTX 4090"], cuda_error=304, **four_blind(304)),
        f"GPU127 > {FOUR_BLIND}",
        "GPU201",
    ),
    machine(
        "a virtual machine whose vGPU got no licence",
        box(
            gpus=[card("T4", 0, name="GRID T4-8C", vgpu_license_state="unlicensed")],
            driver="550.127.05",
            torch="2.6.0+cu124",
        ),
        "GPU128",
        "GPU119",
    ),
    machine(
        "GSP firmware of another driver release in the initramfs",
        changed(
            box(
                gpus=["RTX 3060"],
                driver="550.120",
                cuda_error=100,
                machine={
                    "kernel_log": (
                        "nvidia 0000:01:00.0: Direct firmware load for"
                        " nvidia/550.120/gsp_ga10x.bin failed with error -2",
                        "NVRM: RmFetchGspRmImages: No firmware image found",
                        "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x61:0x56:1697)",
                    )
                },
                torch=blind(torch("2.6.0+cu124"), "RuntimeError: No CUDA GPUs are available"),
            ),
            "driver",
            gpus=(),
        ),
        "GPU129 > GPU112 GPU127 GPU324",
        "GPU119",
    ),
    machine(
        "eight H100 on NVSwitch without a fabric manager",
        box(
            gpus=cards(
                "H100", 8, **NVSWITCHED | {"fabric_state": "in_progress", "fabric_status": None}
            ),
            driver="545.23.08",
            cuda_error=802,
            machine=SERVER,
            **four_blind(802),
        ),
        f"GPU601 > GPU127 {FOUR_BLIND}",
        "GPU119",
        "GPU327 > GPU201",
        "GPU327",
        "GPU327",
        "GPU327",
        origin=REAL,  # https://github.com/wilicc/gpu-burn/issues/92
    ),
    machine(
        "eight H100 whose fabric manager is another release than the driver",
        box(
            gpus=cards(
                "H100", 8, **NVSWITCHED | {"fabric_state": "not_started", "fabric_status": None}
            ),
            driver="550.90.07",
            cuda_error=802,
            machine=SERVER
            | {
                "kernel_log": (
                    "nv-fabricmanager[2211]: fabric manager NVIDIA GPU driver interface version"
                    " 550.127.05 don't match with driver version 550.90.07.",
                )
            },
            torch=blind(
                torch("2.6.0+cu124"), "RuntimeError: Error 802: system not yet initialized"
            ),
        ),
        "GPU602 > GPU127 GPU324 GPU601",
        "GPU119",
    ),
    machine(
        "a GTX 1080 Ti beside an A100: the build has code for one of them",
        box(
            gpus=[card("A100", 0, **DATA_CENTRE), card("GTX 1080 Ti", 1)],
            torch=torch("2.9.1+cu128"),
            distributions=dict(WHEELS_12),
        ),
        "GPU303 > GPU603 GPU606",
        "GPU201",
    ),
    machine(
        "two RTX A6000 that cannot reach each other's memory: ACS is on",
        changed(
            box(gpus=cards("RTX A6000", 2), torch="2.9.1+cu130"),
            "driver",
            pairs=(
                GpuPair(
                    index_a=0,
                    index_b=1,
                    common_ancestor="single",
                    p2p_read="chipset_not_supported",
                ),
            ),
        ),
        "GPU604",
    ),
    machine(
        "an A100 with a dead NVLink",
        box(
            gpus=[
                card(
                    "A100",
                    0,
                    **DATA_CENTRE
                    | {
                        "nvlinks": tuple(
                            NvLink(link=link, is_active=link != 4) for link in range(12)
                        )
                    },
                ),
                card(
                    "A100",
                    1,
                    **DATA_CENTRE
                    | {"nvlinks": tuple(NvLink(link=link, is_active=True) for link in range(12))},
                ),
            ],
            machine=SERVER
            | {
                "kernel_log": (
                    XID.format(
                        bus=1,
                        number=74,
                        words="NVLink: fatal error detected on link 4(0x10000, 0x0, 0x0,"
                        " 0x0, 0x0, 0x0, 0x0)",
                    ),
                )
            },
            torch="2.9.1+cu130",
        ),
        "GPU605 > GPU110",
    ),
    machine(
        "an RTX 3090 and an RTX 3060 in one box",
        box(
            gpus=[card("RTX 3090", 0), card("RTX 3060", 1)],
            environment={"CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
            torch="2.9.1+cu130",
        ),
        "GPU606",
    ),
    machine(
        "four GPUs on the bus, three in NVML, and the log keeps silent",
        box(
            gpus=cards("RTX 3090", 3),
            machine={"pci_displays": bus(["RTX 3090"] * 4, "nvidia"), "device_nodes": nodes(4)},
            torch="2.9.1+cu130",
        ),
        "GPU607",
    ),
    machine(
        "two NCCL builds in one environment",
        box(
            gpus=cards("RTX 3090", 2),
            torch=TORCH,
            frameworks=[JAX],
            distributions=WHEELS_12
            | {
                "jaxlib": "0.7.2",
                "jax-cuda12-plugin": "0.7.2",
                "jax-cuda12-pjrt": "0.7.2",
                "nvidia-nccl-cu13": "2.28.3",
            },
        ),
        "GPU608",
        "GPU201",
        "GPU219",
    ),
)
