"""Whole machines for the lists: the facts of hardware, system and environment put together.

`machine(...)` is a plain Linux machine; the other functions change what is different in a
container, in WSL, on Windows. Everything that `make.facts` leaves unknown is filled in with what
the probes report on a machine of that kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

import make
from gpucheck.facts import (
    CudaDevice,
    CudnnInstall,
    DeviceNode,
    Facts,
    Framework,
    Gpu,
    HostCompiler,
    LoaderLibrary,
    Nvcc,
    PciDisplay,
    Record,
    Section,
    SeenDevice,
    Target,
)
from gpucheck.versions import CudnnVersion, ToolkitCuda
from machines.cards import MIB
from machines.environments_of import SITE, Installed

GIB = 1 << 30
LIB = "/usr/lib/x86_64-linux-gnu"
PREFIX = "/home/ada/work/.venv"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OPEN_SINCE = 560  # the driver branch from which installers prefer the open kernel modules

UBUNTU_24 = {
    "os_title": "Ubuntu 24.04.3 LTS",
    "distribution": "ubuntu",
    "distribution_like": ("debian",),
    "distribution_release": "24.04",
    "kernel_release": "6.8.0-86-generic",
    "libc_release": "2.39",
}
UBUNTU_22 = UBUNTU_24 | {
    "os_title": "Ubuntu 22.04.5 LTS",
    "distribution_release": "22.04",
    "kernel_release": "5.15.0-160-generic",
    "libc_release": "2.35",
}
UBUNTU_20 = UBUNTU_24 | {
    "os_title": "Ubuntu 20.04.6 LTS",
    "distribution_release": "20.04",
    "kernel_release": "5.4.0-216-generic",
    "libc_release": "2.31",
}
DEBIAN_12 = {
    "os_title": "Debian GNU/Linux 12 (bookworm)",
    "distribution": "debian",
    "distribution_like": (),
    "distribution_release": "12",
    "kernel_release": "6.1.0-41-amd64",
    "libc_release": "2.36",
}
FEDORA_43 = {
    "os_title": "Fedora Linux 43 (Workstation Edition)",
    "distribution": "fedora",
    "distribution_like": (),
    "distribution_release": "43",
    "kernel_release": "6.17.7-300.fc43.x86_64",
    "libc_release": "2.42",
}
RHEL_8 = {
    "os_title": "Red Hat Enterprise Linux 8.7 (Ootpa)",
    "distribution": "rhel",
    "distribution_like": ("fedora",),
    "distribution_release": "8.7",
    "kernel_release": "4.18.0-425.19.2.el8_7.x86_64",
    "libc_release": "2.28",
}
ROCKY_9 = {
    "os_title": "Rocky Linux 9.6 (Blue Onyx)",
    "distribution": "rocky",
    "distribution_like": ("rhel", "centos", "fedora"),
    "distribution_release": "9.6",
    "kernel_release": "5.14.0-570.49.1.el9_6.x86_64",
    "libc_release": "2.34",
}
ARCH = {
    "os_title": "Arch Linux",
    "distribution": "arch",
    "distribution_like": (),
    "distribution_release": None,
    "kernel_release": "6.17.8-arch1-1",
    "libc_release": "2.42",
}


def machine(
    cards: Sequence[Gpu],
    driver: str | None,
    installed: Installed = Installed(),  # noqa: B008 - frozen
    *,
    system: dict[str, Any] = UBUNTU_24,
    python: str = "3.12.7",
    environment: dict[str, str] | None = None,
    cuda: dict[str, Any] | None = None,
    toolkit: dict[str, Any] | None = None,
    packages: dict[str, Any] | None = None,
    of_driver: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
    prefix: str = PREFIX,
    site: str = SITE,
    outcomes: dict[str, Any] | None = None,
    **of_machine: Any,
) -> Facts:
    """Return the facts of a Linux machine on which all is well.

    The dictionaries change fields of the record of that name; other keywords are fields of
    `Machine`.
    """
    made = make.facts(
        driver=driver,
        gpus=list(cards),
        frameworks=installed.frameworks,
        python=python,
        outcomes=outcomes,
        machine=_machine(cards, driver) | system | of_machine,
    )
    variables = {"PATH": f"{prefix}/bin:{PATH}"} | (environment or {})
    at = {"executable": f"{prefix}/bin/python", "prefix": prefix, "found_via": "$VIRTUAL_ENV"}
    made = msgspec.structs.replace(
        made,
        gpucheck_release="0.1.0",
        elapsed_s=2.1,
        collected_at="2026-11-21T10:00:00Z",
        target=Target(**(at | (target or {}))),
    )
    made = change(made, "machine", environment=variables)
    if driver is not None:
        path = f"{LIB}/libnvidia-ml.so.{driver}"
        made = change(made, "driver", nvml_release=driver, library_path=path)
        devices = tuple(cuda_device(card) for card in cards)
        made = change(
            made, "cuda_driver", devices=devices, library_path=f"{LIB}/libcuda.so.{driver}"
        )
    made = change(made, "driver", **(of_driver or {}))
    made = change(made, "cuda_driver", **(cuda or {}))
    made = change(made, "toolkit", **(_toolkit(driver, installed, site) | (toolkit or {})))
    made = change(made, "packages", **(_packages(installed, prefix, site) | (packages or {})))
    return _with_devices(made)


def change(facts: Facts, section: str, **fields: Any) -> Facts:
    """Return the facts with fields of one section changed."""
    old: Section[Record] = getattr(facts, section)
    value = msgspec.structs.replace(old.value, **fields)
    return msgspec.structs.replace(
        facts, **{section: msgspec.structs.replace(old, value=value, elapsed_s=0.1)}
    )


def change_framework(facts: Facts, name: str, **fields: Any) -> Facts:
    """Return the facts with fields of one framework changed."""
    old = facts.frameworks[name]
    value = msgspec.structs.replace(old.value, **fields)
    return msgspec.structs.replace(
        facts, frameworks=facts.frameworks | {name: msgspec.structs.replace(old, value=value)}
    )


def cuda_device(card: Gpu, ordinal: int | None = None, uuid: str | None = None) -> CudaDevice:
    """Return a GPU as the CUDA driver API shows it."""
    address = (card.pci_address or "").lower().removeprefix("0000")
    return CudaDevice(
        ordinal=card.index if ordinal is None else ordinal,
        name=card.name,
        uuid=uuid or card.uuid,
        pci_address=address or None,
        compute_capability=card.compute_capability,
        memory_total_bytes=(card.memory_total_bytes or 0) - 300 * MIB,
    )


def nodes(count: int, *more: str, owner: str = "root:root") -> tuple[DeviceNode, ...]:
    """Return the device files of that many GPUs."""
    shared = ("/dev/nvidiactl", "/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
    return tuple(
        DeviceNode(path=path, mode="crw-rw-rw-", owner=owner, is_accessible=True)
        for path in (*(f"/dev/nvidia{n}" for n in range(count)), *shared, *more)
    )


CAPS = DeviceNode(
    path="/dev/nvidia-caps/nvidia-cap1", mode="cr--------", owner="root:root", is_accessible=False
)


def nvcc(cuda: str, *found_via: str, home: str | None = None) -> Nvcc:
    """Return a compiler of a toolkit under /usr/local."""
    folder = home or f"/usr/local/cuda-{cuda}"
    return Nvcc(
        path=f"{folder}/bin/nvcc",
        real_path=f"{folder}/bin/nvcc",
        toolkit_cuda=ToolkitCuda.parse(cuda),
        found_via=found_via or (folder,),
    )


def toolkit_libraries(folder: str, cuda_major: int, found_via: str) -> tuple[LoaderLibrary, ...]:
    """Return a toolkit's libraries as the dynamic loader finds them."""
    numbers = {
        11: "libcublas.so.11 libcublasLt.so.11 libcudart.so.11.0 libcufft.so.10 libcurand.so.10"
        " libcusolver.so.11 libcusparse.so.11 libnvrtc.so.11.2",
        12: "libcublas.so.12 libcublasLt.so.12 libcudart.so.12 libcufft.so.11 libcurand.so.10"
        " libcusolver.so.11 libcusparse.so.12 libnvJitLink.so.12 libnvrtc.so.12",
        13: "libcublas.so.13 libcublasLt.so.13 libcudart.so.13 libcufft.so.12 libcurand.so.10"
        " libcusolver.so.12 libcusparse.so.12 libnvJitLink.so.13 libnvrtc.so.13",
    }
    return tuple(
        LoaderLibrary(
            soname=name,
            path=f"{folder}/{name}",
            real_path=f"{folder}/{name}",
            found_via=found_via,
            is_dangling=False,
        )
        for name in numbers[cuda_major].split()
    )


def driver_libraries(driver: str, folder: str = LIB) -> tuple[LoaderLibrary, ...]:
    """Return the driver's libraries as ld.so.cache lists them."""
    return tuple(
        LoaderLibrary(
            soname=name,
            path=f"{folder}/{name}",
            real_path=f"{folder}/{name.partition('.so')[0]}.so.{driver}",
            found_via="ld.so.cache",
            is_dangling=False,
        )
        for name in ("libcuda.so.1", "libnvidia-ml.so.1", "libnvidia-ptxjitcompiler.so.1")
    )


def gcc(release: str, path: str = "/usr/bin/gcc") -> tuple[HostCompiler, ...]:
    """Return gcc and g++ of one release."""
    plus = path.replace("gcc", "g++")
    return (
        HostCompiler(name="gcc", path=path, release=release),
        HostCompiler(name="g++", path=plus, release=release),
    )


def _machine(cards: Sequence[Gpu], driver: str | None) -> dict[str, Any]:
    is_open = driver is not None and int(driver.split(".")[0]) >= OPEN_SINCE
    oldest = min((c.compute_capability.parts for c in cards if c.compute_capability), default=())
    is_open = is_open and oldest >= (7, 5)
    has_driver = driver is not None and bool(cards)
    flavour = "open" if is_open else "proprietary"
    return {
        "architecture": "x86_64",
        "container_kind": None,
        "wsl_generation": None,
        "cpu_model": "AMD EPYC 7763 64-Core Processor",
        "cpu_cores": 32,
        "memory_bytes": 256 * GIB,
        "shm_bytes": 128 * GIB,
        "hardware_model": "Super Server",
        "nvswitch_count": 0 if has_driver else None,
        "has_fabric_manager": False,
        "docker_paths": ("/usr/bin/docker",),
        "has_container_toolkit": True,
        "pci_displays": tuple(
            PciDisplay(
                address=(card.pci_address or "").lower().removeprefix("0000"),
                vendor_id="10de",
                device_id=card.pci_device_id or "0000",
                pci_class="0300" if card.is_display_active else "0302",
                kernel_driver="nvidia" if has_driver else None,
                link_width=card.pcie_width,
                link_width_max=card.pcie_width_max,
                port_width_max=card.pcie_width,
            )
            for card in cards
        ),
        "device_nodes": (
            nodes(len(cards))
            + ((CAPS,) if any(c.is_mig_enabled is not None for c in cards) else ())
            if has_driver
            else ()
        ),
        "kernel_modules": (
            ("nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm") if has_driver else ()
        ),
        "kernel_module_flavour": flavour if has_driver else None,
        "kernel_module_on_disk": has_driver,
        "is_secure_boot": False,
        "is_root": False,
        "kernel_log": _boot_log(cards, driver, is_open=is_open) if has_driver else (),
    }


def _boot_log(cards: Sequence[Gpu], driver: str | None, *, is_open: bool) -> tuple[str, ...]:
    """Return what a healthy start leaves in the kernel's log."""
    kind = "Open Kernel Module for x86_64" if is_open else "x86_64 Kernel Module"
    return (
        "[    6.120391] nvidia: loading out-of-tree module taints kernel.",
        "[    6.120402] nvidia: module verification failed: signature and/or required key missing"
        " - tainting kernel",
        "[    6.301177] nvidia-nvlink: Nvlink Core is being initialized, major device number 234",
        f"[    6.498020] NVRM: loading NVIDIA UNIX {kind}  {driver}  Release Build",
        "[    6.530155] nvidia-modeset: Loading NVIDIA Kernel Mode Setting Driver for UNIX"
        f" platforms  {driver}",
        *(
            f"[    6.5{card.index:02d}871] [drm] Initialized nvidia-drm 0.0.0 for"
            f" {(card.pci_address or '').lower().removeprefix('0000')} on minor {card.index}"
            for card in cards
        ),
        "[   11.904112] nvidia-uvm: Loaded the UVM driver, major device number 510.",
    )


def _toolkit(driver: str | None, installed: Installed, site: str) -> dict[str, Any]:
    cudnn = next(
        (r for name, r in installed.releases.items() if name.startswith("nvidia-cudnn-cu")), None
    )
    major = (cudnn or "").partition(".")[0]
    return {
        "nvccs": (),
        "host_compilers": gcc("13.3.0"),
        "loader_libraries": driver_libraries(driver) if driver else (),
        "cudnn_installs": (
            (
                CudnnInstall(
                    path=f"{site}/nvidia/cudnn/lib/libcudnn.so.{major}",
                    version=CudnnVersion.parse(".".join(cudnn.split(".")[:3])),
                    found_via="wheel",
                ),
            )
            if cudnn
            else ()
        ),
    }


def _packages(installed: Installed, prefix: str, site: str) -> dict[str, Any]:
    distributions = installed.distributions(site)
    return {
        "platform_tag": "linux-x86_64",
        "prefix": prefix,
        "base_prefix": "/usr",
        "environment_kind": "venv",
        "has_pip": True,
        "site_folders": (site,),
        "distribution_count": len(distributions) + 23,
        "distributions": distributions,
        "shadowing_files": (),
        "conda_packages": installed.conda or None,
    }


def _with_devices(facts: Facts) -> Facts:
    """Let every framework that uses the GPU list what CUDA shows, as it does itself."""
    devices = facts.cuda_driver.value.devices or ()
    for name, section in facts.frameworks.items():
        build = section.value
        if not section.is_ok or build.is_cuda_build is False or name == "onnxruntime":
            continue
        knows_memory = name in {"torch", "cupy"}
        seen = tuple(
            SeenDevice(
                ordinal=device.ordinal,
                name=None if name == "mxnet" else device.name,
                compute_capability=None if name == "mxnet" else device.compute_capability,
                memory_total_bytes=device.memory_total_bytes if knows_memory else None,
            )
            for device in devices
        )
        facts = change_framework(facts, name, devices=seen, is_gpu_usable=bool(seen))
    return facts


def frameworks_without_imports(facts: Facts) -> Facts:
    """Return the facts as `--no-import` collects them: only what files tell of the frameworks."""
    sections = {
        name: Section[Framework](
            outcome="not_asked",
            value=Installed((part.value,)).without_imports().frameworks[0],
            reason="imports were left out (--no-import)",
        )
        for name, part in facts.frameworks.items()
    }
    return msgspec.structs.replace(facts, frameworks=sections)


def container(kind: str = "docker", **changes: Any) -> dict[str, Any]:
    """Return what is different inside a container with GPUs, as fields of `Machine`."""
    return {
        "is_container": True,
        "container_kind": kind,
        "is_root": kind in {"docker", "kubernetes"},
        "kernel_log": None,
        "shm_bytes": 16 * GIB,
        "is_secure_boot": None,
        "kernel_module_on_disk": None,
        "unavailable": {"kernel_log": "not permitted", "is_secure_boot": "no such file"},
    } | changes


def wsl(**changes: Any) -> dict[str, Any]:
    """Return what is different in WSL 2, as fields of `Machine`."""
    return {
        "is_wsl": True,
        "wsl_generation": 2,
        "kernel_release": "5.15.167.4-microsoft-standard-WSL2",
        "pci_displays": (
            PciDisplay(
                address="7bf5:00:00.0",
                vendor_id="1414",
                device_id="008e",
                pci_class="0302",
                kernel_driver="dxgkrnl",
            ),
        ),
        "device_nodes": (
            DeviceNode(path="/dev/dxg", mode="crw-rw-rw-", owner="root:root", is_accessible=True),
        ),
        "kernel_modules": (),
        "kernel_module_release": None,
        "kernel_module_flavour": None,
        "kernel_module_on_disk": False,
        "is_secure_boot": None,
        "hardware_model": None,
        "memory_bytes": 31 * GIB,
        "shm_bytes": 15 * GIB,
        "cpu_model": "13th Gen Intel(R) Core(TM) i9-13900K",
        "kernel_log": (
            "[    0.412087] hv_vmbus: registering driver dxgkrnl",
            "[    2.871120] misc dxg: dxgk: dxgkio_query_adapter_info: Ioctl failed: -22",
            "[    2.871533] misc dxg: dxgk: dxgkio_query_adapter_info: Ioctl failed: -2",
        ),
    } | changes


WSL_LIB = "/usr/lib/wsl/lib"


def wsl_libraries() -> tuple[LoaderLibrary, ...]:
    """Return the driver's libraries as WSL hands them in: copies, without a release's name."""
    return tuple(
        LoaderLibrary(
            soname=name,
            path=f"{WSL_LIB}/{name}",
            real_path=f"{WSL_LIB}/{name}",
            found_via="ld.so.cache",
            is_dangling=False,
        )
        for name in ("libcuda.so.1", "libnvidia-ml.so.1", "libnvidia-ptxjitcompiler.so.1")
    )
