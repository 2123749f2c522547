"""The machine below Python: hardware, kernel, permissions, surroundings."""

from __future__ import annotations

from typing import Literal

from gpucheck.facts.section import Record
from gpucheck.versions import DriverRelease

NVIDIA_VENDOR_ID = "10de"
GPU_NODES = (*(f"/dev/nvidia{digit}" for digit in range(10)), "/dev/nvhost-gpu", "/dev/nvgpu")
"""How the paths of GPU device files start; the last two are Jetson's."""

BATCH_JOBS = (
    "SLURM_JOB_ID",
    "PBS_JOBID",
    "LSB_JOBID",
    "FLUX_JOB_ID",
    "_CONDOR_SLOT",
    "SGE_TASK_ID",  # in every job of Grid Engine; its JOB_ID is too general a name
)
"""What batch systems set in each of their jobs, which see their own GPUs only."""


class PciDisplay(Record, frozen=True):
    """A display or 3D controller on the PCI bus."""

    address: str  # "0000:01:00.0"
    vendor_id: str  # "10de" is NVIDIA
    device_id: str  # "2684"
    pci_class: str | None = None  # "0300" VGA, "0302" 3D controller
    kernel_driver: str | None = None  # the module bound to it: "nvidia", "nouveau", "vfio-pci"
    link_width: int | None = None  # PCIe lanes now: 8; asked of NVIDIA's only
    link_width_max: int | None = None  # lanes that the device itself has: 16
    port_width_max: int | None = None  # lanes of the port that it is plugged into: 16

    def is_at(self, address: str | None) -> bool:
        """Whether that is its address, also as NVML writes it: "00000000:01:00.0"."""
        ours, theirs = self.address.lower(), (address or "").lower()
        return ours.lstrip("0") == theirs.lstrip("0")


class DeviceNode(Record, frozen=True):
    """A device file that GPU work needs."""

    path: str  # "/dev/nvidia0"
    mode: str | None = None  # "crw-rw-rw-"
    owner: str | None = None  # user and group: "root:video"
    is_accessible: bool | None = None  # whether this user may read and write it


class Machine(Record, frozen=True):
    """The machine below Python: hardware, kernel, permissions, surroundings."""

    os_name: str | None = None  # "Linux", "Windows", "Darwin"
    os_title: str | None = None  # "Ubuntu 24.04.1 LTS"
    distribution: str | None = None  # os-release ID: "ubuntu"
    distribution_like: tuple[str, ...] = ()  # os-release ID_LIKE: ("debian",)
    distribution_release: str | None = None  # os-release VERSION_ID: "24.04"
    kernel_release: str | None = None  # "6.8.0-49-generic"
    architecture: str | None = None  # "x86_64", "aarch64", "AMD64"
    libc_name: str | None = None  # "glibc", "musl"
    libc_release: str | None = None  # "2.39"
    is_wsl: bool | None = None
    wsl_generation: int | None = None  # 1 or 2
    is_container: bool | None = None
    container_kind: str | None = None  # "docker", "podman", "kubernetes", "lxc", "apptainer"
    cloud_notebook: str | None = None  # "colab", "kaggle", "sagemaker", "paperspace", …
    cpu_model: str | None = None
    cpu_cores: int | None = None  # logical cores this process may use
    memory_bytes: int | None = None  # physical memory
    hardware_model: str | None = None  # board: "NVIDIA Jetson AGX Orin Developer Kit"
    shm_bytes: int | None = None  # size of /dev/shm
    pci_displays: tuple[PciDisplay, ...] | None = None  # None: the bus could not be listed
    device_nodes: tuple[DeviceNode, ...] | None = None  # /dev/nvidia*, /dev/dxg, /dev/nvhost*
    kernel_modules: tuple[str, ...] | None = None  # loaded modules that concern GPUs
    kernel_module_release: DriverRelease | None = None  # of the loaded nvidia module
    kernel_module_flavour: Literal["open", "proprietary"] | None = None
    kernel_module_on_disk: bool | None = None  # an nvidia.ko exists for the running kernel
    nvswitch_count: int | None = None  # NVSwitches that the kernel module drives
    has_fabric_manager: bool | None = None  # nv-fabricmanager is installed
    docker_paths: tuple[str, ...] | None = None  # ("/usr/bin/docker", "/snap/bin/docker")
    has_container_toolkit: bool | None = None  # NVIDIA's, as a package of the system
    is_secure_boot: bool | None = None
    is_root: bool | None = None
    environment: dict[str, str] | None = None  # variables that concern GPUs, as they are set
    kernel_log: tuple[str, ...] | None = None  # kernel-log lines that concern GPUs
    unavailable: dict[str, str] = {}  # field → why: {"kernel_log": "not permitted"}

    @property
    def nvidia_cards(self) -> tuple[PciDisplay, ...]:
        """The NVIDIA GPUs on the PCI bus; in a container, those of the host."""
        return tuple(d for d in self.pci_displays or () if d.vendor_id == NVIDIA_VENDOR_ID)

    @property
    def has_nvidia_module(self) -> bool:
        """Whether NVIDIA's kernel module is seen to be loaded."""
        return bool(self.kernel_module_release or "nvidia" in (self.kernel_modules or ()))

    @property
    def batch_job(self) -> str | None:
        """The variable that shows a job of a batch system, which hands out the GPUs itself."""
        return next((name for name in BATCH_JOBS if name in (self.environment or {})), None)
