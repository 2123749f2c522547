"""The machine probe, on the machine that runs the tests and on recorded ones."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from gpucheck import versions
from gpucheck.facts import Machine
from recorded_machine import load, plant, reading, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Files = dict[str, str | bytes]  # path → content

PACKAGE = Path(versions.__file__).parent
RUN = PACKAGE / "inside" / "run.py"
PROBE = PACKAGE / "probes" / "machine.py"

PROPRIETARY = """\
NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
"""
OPEN = """\
NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  (dvs-builder)
"""


def pci(address: str, ids: str, driver: str | None = None) -> Files:
    """Record a PCI device: `ids` is "class vendor device"."""
    folder = f"/sys/bus/pci/devices/{address}"
    pci_class, vendor, device = ids.split()
    files: Files = {
        "class": f"0x{pci_class}\n",
        "vendor": f"0x{vendor}\n",
        "device": f"0x{device}\n",
    }
    if driver:
        files["driver"] = f"-> ../../../../bus/pci/drivers/{driver}"
    return {f"{folder}/{name}": content for name, content in files.items()}


def described(
    tmp_path: Path, files: Mapping[str, str | bytes], environ: Mapping[str, str] | None = None
) -> Machine:
    """Describe a recorded Linux machine."""
    tmp_path.mkdir(exist_ok=True)
    result = tmp_path / "result.jsonl"
    result.touch()
    say = load(RUN)["Say"](str(result), ())
    place = reading("place")["Place"](str(plant(tmp_path / "root", files)), environ or {})
    machine = load(PROBE)
    machine["describe"](say, place, machine["PARTS"]["linux"])
    return msgspec.convert(section(result.read_text()), Machine, dec_hook=versions.decode)


UBUNTU: Files = {
    "/etc/os-release": 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\n'
    'VERSION_ID="24.04"\n',
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "/etc/group": "root:x:0:\nvideo:x:44:\n",
    "/proc/sys/kernel/osrelease": "6.8.0-49-generic\n",
    "/proc/version": "Linux version 6.8.0-49-generic (buildd@lcy02) #49-Ubuntu SMP\n",
    "/proc/1/cgroup": "0::/init.scope\n",
    "/proc/cpuinfo": "processor\t: 0\nmodel name\t: AMD Ryzen 9 7950X 16-Core Processor\n",
    "/proc/meminfo": "MemTotal:       65536000 kB\nMemFree:  1 kB\n",
    "/sys/firmware/acpi/": "",
}

RTX_4090_HOST: Files = {
    **UBUNTU,
    **pci("0000:01:00.0", "030000 10de 2684", "nvidia"),
    **pci("0000:01:00.1", "040300 10de 22ba", "snd_hda_intel"),
    **pci("0000:0e:00.0", "030000 1002 164e", "amdgpu"),
    "/proc/modules": "nvidia_uvm 4653056 0 - Live 0x0 (POE)\nnvidia 62021632 1 nvidia_uvm, Live 0x0"
    " (POE)\namdgpu 1 0 - Live 0x0\nsnd 1 0 - Live 0x0\n",
    "/proc/driver/nvidia/version": PROPRIETARY,
    "/lib/modules/6.8.0-49-generic/modules.dep": "kernel/fs/ext4.ko.zst:\n"
    "updates/dkms/nvidia.ko.zst: kernel/drivers/video/backlight.ko.zst\n",
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\6\0\0\0\1",
    "/sys/class/dmi/id/product_name": "System Product Name\n",
    "/dev/nvidia0": "",
    "/dev/nvidiactl": "",
    "/dev/nvidia-uvm": "",
    "/dev/nvidia-caps/nvidia-cap1": "",
    "/dev/nvram": "",
    "/dev/shm/": "",
}


def test_bare_metal_machine_is_described_whole(tmp_path: Path) -> None:
    """A desktop with a working driver yields its hardware, module, nodes and firmware state."""
    machine = described(tmp_path, RTX_4090_HOST)
    assert machine.os_title == "Ubuntu 24.04.1 LTS"
    assert (machine.distribution, machine.distribution_like) == ("ubuntu", ("debian",))
    assert machine.distribution_release == "24.04"
    assert machine.kernel_release == "6.8.0-49-generic"
    assert machine.cpu_model == "AMD Ryzen 9 7950X 16-Core Processor"
    assert machine.memory_bytes == 65536000 * 1024
    assert machine.pci_displays is not None
    assert [(gpu.address, gpu.vendor_id, gpu.device_id, gpu.pci_class, gpu.kernel_driver)
            for gpu in machine.pci_displays] == [
        ("0000:01:00.0", "10de", "2684", "0300", "nvidia"),
        ("0000:0e:00.0", "1002", "164e", "0300", "amdgpu"),
    ]  # fmt: skip
    assert machine.kernel_modules == ("amdgpu", "nvidia", "nvidia_uvm")
    assert str(machine.kernel_module_release) == "535.129.03"
    assert machine.kernel_module_flavour == "proprietary"
    assert machine.kernel_module_on_disk is True
    assert machine.is_secure_boot is True
    assert (machine.is_wsl, machine.is_container) == (False, False)
    assert machine.shm_bytes
    assert machine.hardware_model == "System Product Name"


@pytest.mark.parametrize(
    ("name", "is_there"),
    [
        ("nvidia", True),
        ("nvidia-current", True),  # Debian
        ("nvidia-current-open", True),
        ("nvidia-legacy-390xx", True),
        ("nvidia-tesla-470", True),
        ("nvidia-uvm", False),
        ("i2c-nvidia-gpu", False),
        ("nvidiafb", False),
    ],
)
def test_module_file_by_its_names(tmp_path: Path, name: str, is_there: bool) -> None:
    """NVIDIA's name and Debian's."""
    listed = f"kernel/fs/ext4.ko.zst:\nupdates/dkms/{name}.ko.xz: kernel/drivers/video/video.ko\n"
    files: Files = {**RTX_4090_HOST, "/lib/modules/6.8.0-49-generic/modules.dep": listed}
    assert described(tmp_path, files).kernel_module_on_disk is is_there


def test_pcie_lanes_of_gpu_and_port(tmp_path: Path) -> None:
    """Of NVIDIA's cards alone; the port is the folder above, and a sleeping link's 255 is none."""
    tree = "/sys/devices/pci0000:00"
    files: Files = {
        **UBUNTU,
        f"{tree}/0000:00:01.0/max_link_width": "8\n",
        f"{tree}/0000:00:02.0/max_link_width": "16\n",
        "/sys/bus/pci/devices/0000:01:00.0": f"-> {tmp_path}/root{tree}/0000:00:01.0/0000:01:00.0",
        "/sys/bus/pci/devices/0000:02:00.0": f"-> {tmp_path}/root{tree}/0000:00:02.0/0000:02:00.0",
    }
    for place, width in (
        ("0000:00:01.0/0000:01:00.0", "4\n"),
        ("0000:00:02.0/0000:02:00.0", "255"),
    ):
        for name, content in (
            ("class", "0x030200\n"),
            ("vendor", "0x10de\n"),
            ("device", "0x2330\n"),
            ("current_link_width", width),
            ("max_link_width", "16\n"),
        ):
            files[f"{tree}/{place}/{name}"] = content
    first, second = described(tmp_path, files).pci_displays or ()
    assert (first.link_width, first.link_width_max, first.port_width_max) == (4, 16, 8)
    assert (second.link_width, second.link_width_max, second.port_width_max) == (None, 16, 16)


def test_device_nodes_carry_mode_and_owner(tmp_path: Path) -> None:
    """Only NVIDIA's files are listed, capability files included, with mode, owner and access."""
    machine = described(tmp_path, RTX_4090_HOST)
    nodes = {node.path: node for node in machine.device_nodes or ()}
    assert sorted(nodes) == [
        "/dev/nvidia-caps/nvidia-cap1",
        "/dev/nvidia-uvm",
        "/dev/nvidia0",
        "/dev/nvidiactl",
    ]
    assert (nodes["/dev/nvidia0"].mode or "").startswith("-rw-r")
    assert nodes["/dev/nvidia0"].is_accessible is True
    owner, _, group = (nodes["/dev/nvidia0"].owner or "").partition(":")
    assert owner == ("root" if os.geteuid() == 0 else str(os.geteuid()))
    assert group


def test_wsl2_is_told_from_wsl1(tmp_path: Path) -> None:
    """The kernel's name gives the generation; the paravirtual GPU is listed as a device file."""
    kernel = "5.15.153.1-microsoft-standard-WSL2"
    files: Files = {**UBUNTU, "/proc/sys/kernel/osrelease": kernel, "/dev/dxg": ""}
    machine = described(tmp_path, {**files, "/proc/version": f"Linux version {kernel} (root@x)"})
    assert (machine.is_wsl, machine.wsl_generation) == (True, 2)
    assert machine.is_container is False
    assert [node.path for node in machine.device_nodes or ()] == ["/dev/dxg"]
    generation = reading("surroundings")["wsl_generation"]
    assert generation("4.4.0-19041-Microsoft", "Linux version 4.4.0-19041-Microsoft (x)") == 1
    assert generation("6.8.0-49-generic", "Linux version 6.8.0-49-generic") is None


DOCKER: Files = {
    **UBUNTU,
    "/.dockerenv": "",
    "/proc/1/cgroup": "0::/\n",
    "/proc/modules": "nvidia 62021632 1 nvidia_uvm, Live 0x0 (POE)\n",
    "/proc/driver/nvidia/version": OPEN,
    "/sys/firmware/": "",
    **pci("0000:01:00.0", "030200 10de 2330", "nvidia"),
}
DOCKER.pop("/sys/firmware/acpi/")


@pytest.mark.parametrize("nodes", [(), ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm")])
def test_container_sees_the_host_module_with_and_without_its_gpu(
    tmp_path: Path, nodes: tuple[str, ...]
) -> None:
    """Bus and module show through into a container; whether it was given the GPU, /dev tells."""
    machine = described(tmp_path, DOCKER | dict.fromkeys(nodes, ""))
    assert (machine.is_container, machine.container_kind) == (True, "docker")
    assert sorted(node.path for node in machine.device_nodes or ()) == sorted(nodes)
    assert str(machine.kernel_module_release) == "560.35.03"
    assert machine.kernel_module_flavour == "open"
    assert [gpu.pci_class for gpu in machine.pci_displays or ()] == ["0302"]


def test_what_a_container_hides_stays_unknown(tmp_path: Path) -> None:
    """An emptied /sys/firmware is no proof of legacy boot, a missing /lib/modules of no module."""
    machine = described(tmp_path, DOCKER)
    assert machine.is_secure_boot is None
    assert machine.kernel_module_on_disk is None
    assert {"is_secure_boot", "kernel_module_on_disk", "kernel_log"} <= set(machine.unavailable)


@pytest.mark.parametrize(
    ("files", "environ", "kind"),
    [
        ({"/run/.containerenv": 'engine="podman-5.2.2"'}, {}, "podman"),
        ({"/.dockerenv": ""}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "kubernetes"),
        ({}, {"APPTAINER_CONTAINER": "/x.sif"}, "apptainer"),
        ({}, {"SINGULARITY_CONTAINER": "/x.sif"}, "apptainer"),
        ({"/proc/1/environ": "container=lxc\0container_ttys=\0"}, {}, "lxc"),
        ({"/run/systemd/container": "systemd-nspawn\n"}, {}, "systemd-nspawn"),
        ({"/proc/1/cgroup": "12:devices:/docker/4f1c\n"}, {}, "docker"),
        ({"/proc/1/cgroup": "1:cpu:/kubepods/besteffort/pod1/4f1c\n"}, {}, "kubernetes"),
        (
            {"/proc/version": "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"},
            {},
            "gvisor",
        ),
        (
            {
                "/proc/self/mountinfo": "918 890 254:1 /var/lib/docker/containers/4f/hosts"
                " /etc/hosts rw - ext4 /dev/vda1 rw\n"
            },
            {},
            "docker",
        ),
    ],
)
def test_container_is_known_by_its_trace(
    tmp_path: Path, files: dict[str, str], environ: dict[str, str], kind: str
) -> None:
    """Each runtime is known by what it leaves inside."""
    machine = described(tmp_path, UBUNTU | files, environ)
    assert (machine.is_container, machine.container_kind) == (True, kind)


def test_host_that_runs_containers_is_none(tmp_path: Path) -> None:
    """The mounts of a host's containers do not make the host a container."""
    mounts = (
        "30 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n"
        "900 30 0:60 / /var/lib/docker/overlay2/1a/merged rw - overlay overlay rw\n"
        "901 30 0:4 net:[4026532] /run/docker/netns/4f rw - nsfs nsfs rw\n"
    )
    machine = described(tmp_path, UBUNTU | {"/proc/self/mountinfo": mounts})
    assert (machine.is_container, machine.container_kind) == (False, None)


def test_unknown_runtime_is_neither_yes_nor_no(tmp_path: Path) -> None:
    """Files handed in by something unknown leave open whether this is a container."""
    mounts = "918 890 254:1 /var/lib/new-runtime/1a/hosts /etc/hosts rw - ext4 /dev/vda1 rw\n"
    machine = described(tmp_path, UBUNTU | {"/proc/self/mountinfo": mounts})
    assert machine.is_container is None
    assert "is_container" in machine.unavailable


def test_jetson_is_known_by_board_and_nodes(tmp_path: Path) -> None:
    """A Jetson has no PCI GPU: its board's name and its own device files stand for it."""
    machine = described(
        tmp_path,
        UBUNTU
        | {
            "/proc/device-tree/model": b"NVIDIA Jetson AGX Orin Developer Kit\0",
            "/proc/cpuinfo": "processor\t: 0\nCPU part\t: 0xd42\n",
            "/proc/modules": "nvgpu 2654208 18 - Live 0x0 (O)\n",
            "/dev/nvhost-gpu": "",
            "/dev/nvmap": "",
            **pci("0001:00:00.0", "060400 10de 229e", "pcieport"),
        },
    )
    assert machine.hardware_model == "NVIDIA Jetson AGX Orin Developer Kit"
    assert machine.cpu_model is None
    assert machine.pci_displays == ()
    assert machine.kernel_modules == ("nvgpu",)
    assert [node.path for node in machine.device_nodes or ()] == ["/dev/nvhost-gpu", "/dev/nvmap"]


def test_nouveau_owns_the_gpu(tmp_path: Path) -> None:
    """A GPU bound to nouveau is reported with that driver, and no NVIDIA module is made up."""
    machine = described(
        tmp_path,
        UBUNTU
        | {
            **pci("0000:01:00.0", "030000 10de 1b80", "nouveau"),
            "/proc/modules": "nouveau 2654208 18 - Live 0x0\n",
            "/lib/modules/6.8.0-49-generic/modules.dep": "kernel/drivers/gpu/nouveau.ko.zst:\n",
        },
    )
    assert [gpu.kernel_driver for gpu in machine.pci_displays or ()] == ["nouveau"]
    assert machine.kernel_modules == ("nouveau",)
    assert machine.kernel_module_release is None
    assert machine.kernel_module_flavour is None
    assert machine.kernel_module_on_disk is False
    assert machine.is_secure_boot is False


def test_gpu_without_a_driver_has_none(tmp_path: Path) -> None:
    """A GPU that nothing is bound to is listed without a kernel driver."""
    machine = described(tmp_path, UBUNTU | pci("0000:01:00.0", "030200 10de 20b0"))
    assert [gpu.kernel_driver for gpu in machine.pci_displays or ()] == [None]


def test_no_bus_is_not_an_empty_bus(tmp_path: Path) -> None:
    """Without the bus's folder the displays are unknown; with an empty one there are none."""
    assert described(tmp_path / "none", UBUNTU).pci_displays is None
    empty = described(tmp_path / "empty", UBUNTU | {"/sys/bus/pci/devices/": ""})
    assert empty.pci_displays == ()
    assert "pci_displays" not in empty.unavailable


def test_unreadable_machine_yields_reasons_and_no_guesses(tmp_path: Path) -> None:
    """Where every file is something else than expected, nothing raises and reasons are given."""
    files = [*RTX_4090_HOST, "/proc/self/mountinfo", "/dev/kmsg"]
    machine = described(tmp_path, {f"{name.rstrip('/')}/odd/": "" for name in files})
    assert machine.os_title is None
    assert machine.memory_bytes is None
    assert machine.is_secure_boot is None
    assert machine.is_container is None
    assert machine.kernel_module_release is None
    assert {"os_title", "is_container", "kernel_log"} <= set(machine.unavailable)


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Act as a user who owns nothing."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="users are another thing there")
def test_forbidden_log_is_not_permitted(tmp_path: Path) -> None:
    """A kernel log that the user may not read is "not permitted", not empty."""
    root = plant(tmp_path, {"/dev/kmsg": "6,1,1,-;NVRM: x\n"})
    (root / "dev" / "kmsg").chmod(0)
    place = reading("place")["Place"](str(root), {})
    log = reading("kernel_log")["kernel_log"]
    with unprivileged():
        assert list(log(place)) == [("unavailable", "kernel_log", "not permitted")]


KMSG = """\
6,1,0,-;Linux version 6.8.0-49-generic (buildd@lcy02)
4,812,53021977,-;NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus.
 SUBSYSTEM=pci
 DEVICE=+pci:0000:01:00.0
6,813,53021990,-;usb 1-1: new high-speed USB device
3,814,60000000,-;Out of memory: Killed process 4242 (python3) total-vm:1kB
3,815,60000001,-;Out of memory: Killed process 4243 (postgres) total-vm:1kB
4,816,60000002,-;Lockdown: modprobe: unsigned module loading is restricted
"""


def test_kernel_log_keeps_what_concerns_gpus(tmp_path: Path) -> None:
    """Driver lines, refused modules and killed Pythons stay, in dmesg's form; the rest goes."""
    assert described(tmp_path, UBUNTU | {"/dev/kmsg": KMSG}).kernel_log == (
        "[   53.021977] NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus.",
        "[   60.000000] Out of memory: Killed process 4242 (python3) total-vm:1kB",
        "[   60.000002] Lockdown: modprobe: unsigned module loading is restricted",
    )


def test_log_file_stands_in_for_the_kernel(tmp_path: Path) -> None:
    """Without /dev/kmsg the log file's current boot is read, and the host's name is left out."""
    log = (
        "2026-11-19T06:00:00 myhost kernel: [    9.0] NVRM: Xid (PCI:0000:01:00): 31\n"
        "2026-11-20T06:00:00 myhost kernel: [    0.000000] Linux version 6.8.0-49-generic\n"
        "2026-11-20T06:00:09 myhost kernel: [    9.5] nouveau 0000:01:00.0: fifo: fault\n"
    )
    machine = described(tmp_path, UBUNTU | {"/var/log/kern.log": log})
    assert machine.kernel_log == ("[    9.5] nouveau 0000:01:00.0: fifo: fault",)


def test_flood_in_the_log_leaves_the_newest_lines() -> None:
    """Of many lines the last 200 are kept, each cut to a bearable length."""
    kept = reading("kernel_log")["concerning_gpus"](
        [b"NVRM: line %d " % number + b"x" * 9000 for number in range(1000)]
    )
    assert len(kept) == 200
    assert kept[-1].startswith("NVRM: line 999 ")
    assert max(map(len, kept)) == 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROPRIETARY, ("535.129.03", "proprietary")),
        (OPEN, ("560.35.03", "open")),
        (
            "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  TempVersion  x",
            (None, "open"),
        ),
        ("something else 1.2.3", (None, None)),
        ("", (None, None)),
    ],
)
def test_module_release_and_flavour(text: str, expected: tuple[str | None, str | None]) -> None:
    """Both wordings of the version file are understood; no release is made up."""
    assert reading("nvidia_linux")["module_release"](text) == expected


def test_variables_that_concern_gpus_are_kept_and_secrets_are_not(tmp_path: Path) -> None:
    """Names on the list are kept as set, names that smell of a secret never."""
    kept = {
        "CUDA_VISIBLE_DEVICES": "",
        "FLUX_JOB_ID": "f1",
        "LD_LIBRARY_PATH": "/usr/local/cuda/lib64",
        "NVIDIA_VISIBLE_DEVICES": "all",
        "PATH": "/bin",
        "SGE_TASK_ID": "undefined",
        "SLURM_JOB_GPUS": "0,1",
        "XLA_FLAGS": "--xla_gpu_cuda_data_dir=/x",
        "_CONDOR_SLOT": "slot1_1",
    }
    dropped = {
        "AWS_REGION": "eu",
        "CONDA_TOKEN": "1",
        "HOME": "/home/me",
        "NVIDIA_API_KEY": "nv-1",
        "TF_HTTP_PASSWORD": "1",
        "TORCH_HUB": "https://me:pw@example.org/",
    }
    assert described(tmp_path, UBUNTU, kept | dropped).environment == kept


@pytest.mark.parametrize(
    ("environ", "service"),
    [
        ({"COLAB_RELEASE_TAG": "release-colab_20261101"}, "colab"),
        ({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, "kaggle"),
        ({"AutoDLContainerUUID": "x"}, "autodl"),
        ({"DATABRICKS_RUNTIME_VERSION": "16.0"}, "databricks"),
        ({"PAPERSPACE_API_KEY": "x", "DATABRICKS_CONFIG_FILE": "x"}, None),
        ({}, None),
    ],
)
def test_notebook_service_is_told_by_its_own_marks(
    tmp_path: Path, environ: dict[str, str], service: str | None
) -> None:
    """A service's runtime variables name it; the keys of a customer at home do not."""
    assert described(tmp_path, UBUNTU, environ).cloud_notebook == service


def test_musl_release_comes_from_the_package_list() -> None:
    """Alpine's package list tells musl's release; a list without musl tells nothing."""
    musl_release = reading("system_linux")["musl_release"]
    assert (
        musl_release("C:Q1\nP:alpine-keys\nV:2.4-r1\n\nC:Q1\nP:musl\nV:1.2.5-r0\nA:x\n") == "1.2.5"
    )
    assert musl_release("C:Q1\nP:busybox\nV:1.36\n") == ""


def test_windows_display_is_read_from_registry_values() -> None:
    """The registry's ids, class, place and service become a PCI display."""
    display = reading("system_windows")["display"]
    hardware = "VEN_10DE&DEV_2684&SUBSYS_88E21043&REV_A1"
    values = {
        "CompatibleIDs": [r"PCI\VEN_10DE&DEV_2684&REV_A1", r"PCI\CC_030000", r"PCI\CC_0300"],
        "LocationInformation": "@System32\\drivers\\pci.sys,#65536;PCI bus %1;(101,0,0)",
        "Service": "nvlddmkm",
    }
    assert display(hardware, values) == {
        "address": "0000:65:00.0",
        "vendor_id": "10de",
        "device_id": "2684",
        "pci_class": "0300",
        "kernel_driver": "nvlddmkm",
    }
    assert display(hardware, {**values, "CompatibleIDs": [r"PCI\CC_040300"]}) is None
    assert display("odd", values) is None
    unplaced = display(hardware, {"CompatibleIDs": [r"PCI\CC_0302"]})
    assert unplaced["address"] == hardware
    assert "kernel_driver" not in unplaced


def test_windows_11_is_called_so() -> None:
    """Windows 11, which calls itself 10, is told by its build number."""
    os_title = reading("system_windows")["os_title"]
    version = {"ProductName": "Windows 10 Pro", "DisplayVersion": "23H2"}
    assert os_title(version, 22631) == "Windows 11 Pro 23H2"
    assert os_title(version, 19045) == "Windows 10 Pro 23H2"
    assert os_title({}, 19045) == "Windows"


def test_mac_release_is_read_from_its_property_list() -> None:
    """The product version is found in the property list, and nothing in an odd file."""
    product_version = reading("system_mac")["product_version"]
    plist = "<dict>\n\t<key>ProductVersion</key>\n\t<string>15.1</string>\n</dict>"
    assert product_version(plist) == "15.1"
    assert product_version("<dict/>") is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's files")
def test_pipe_in_place_of_a_file_holds_nobody(tmp_path: Path) -> None:
    """A named pipe where a file was expected reads as empty at once."""
    os.mkfifo(tmp_path / "pipe")
    assert reading("place")["Place"](str(tmp_path), {}).text("/pipe") == ""


def test_this_machine_is_described(tmp_path: Path) -> None:
    """The probe runs to its end on the machine at hand, and what it says fits the record."""
    result = tmp_path / "result.jsonl"
    result.touch()
    command = [sys.executable, "-I", "-S", str(RUN), str(result), "20", str(PROBE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = result.read_text()
    assert json.loads(lines.splitlines()[-1]) == {"done": True}
    machine = msgspec.convert(section(lines), Machine, dec_hook=versions.decode)
    assert machine.os_name
    assert machine.architecture
    assert machine.cpu_cores
    assert machine.environment is not None
