"""nvidia-smi in all its forms: the table since 340, -q, -x, -L, --query-gpu, topo -m."""

from __future__ import annotations

import pytest

from gpucheck.facts import Facts, Gpu
from gpucheck.reading import facts_of_report
from gpucheck.tables import Tables

TABLES = Tables()
MIB = 1 << 20

OF_340 = """
+------------------------------------------------------+
| NVIDIA-SMI 340.108    Driver Version: 340.108        |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  Quadro FX 580       Off  | 0000:01:00.0     N/A |                  N/A |
| 40%   53C  P12    N/A /  N/A  |     57MiB /   511MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+
"""
OF_418 = """
| NVIDIA-SMI 418.87.00    Driver Version: 418.87.00    CUDA Version: 10.1     |
|   0  Tesla V100-SXM2...  On   | 00000000:00:1E.0 Off |                    0 |
| N/A   36C    P0    38W / 300W |   1013MiB / 16130MiB |      0%   E. Process |
|   1  GeForce RTX 208...  Off  | 00000000:00:1F.0  On |                  N/A |
| 23%   41C    P8     9W / 250W |    212MiB / 10989MiB |      4%      Default |
|    0      4711      C   python                                      1003MiB |
"""
OF_470 = """
| NVIDIA-SMI 470.161.03   Driver Version: 470.161.03   CUDA Version: 11.4     |
|   0  NVIDIA A100-SXM...  On   | 00000000:07:00.0 Off |                   On |
| N/A   32C    P0    69W / 400W |     20MiB / 40536MiB |     N/A      Default |
|                               |                      |              Enabled |
+-------------------------------+----------------------+----------------------+
|    0   N/A  N/A      2034      C   python                            22MiB |
"""
OF_550 = """
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA GeForce RTX 3090        Off |   00000000:01:00.0  On |                  N/A |
| 30%   45C    P8             22W /  350W |     410MiB /  24576MiB |      3%      Default |
|                                         |                        |                  N/A |
"""
OF_610 = """
| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |
+-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA H200                    On  |   00000000:19:00.0 Off |                    0 |
| N/A   31C    P0             77W /  700W |       4MiB / 143771MiB |      0%      Default |
|                                         |                        |             Disabled |
"""
OF_WINDOWS = """
| NVIDIA-SMI 551.61                 Driver Version: 551.61         CUDA Version: 12.4     |
|   0  NVIDIA GeForce RTX 4070 ...  WDDM  |   00000000:01:00.0  On |                  N/A |
| N/A   46C    P8              4W /  115W |     892MiB /   8188MiB |      7%      Default |
"""


def read(text: str) -> Facts:
    """Return the facts of a report."""
    return facts_of_report(text.encode(), TABLES)


def only_gpu(text: str) -> Gpu:
    """Return the one GPU of a report."""
    (gpu,) = read(text).gpus
    return gpu


@pytest.mark.parametrize(
    ("table", "driver", "cuda", "used_mib", "total_mib"),
    [
        (OF_340, "340.108", "None", 57, 511),
        (OF_418, "418.87.00", "10.1", 1013, 16130),
        (OF_470, "470.161.03", "11.4", 20, 40536),
        (OF_550, "550.54.15", "12.4", 410, 24576),
        (OF_610, "610.43.02", "13.3", 4, 143771),
        (OF_WINDOWS, "551.61", "12.4", 892, 8188),
    ],
)
def test_every_layout_of_the_table(
    table: str, driver: str, cuda: str, used_mib: int, total_mib: int
) -> None:
    """Driver, CUDA and memory stand in other places and under other labels."""
    facts = read(table)
    assert str(facts.driver.value.driver_release) == driver
    assert str(facts.driver.value.driver_cuda) == cuda
    gpu = facts.gpus[0]
    assert gpu.memory_used_bytes == used_mib * MIB
    assert gpu.memory_total_bytes == total_mib * MIB


def test_modes_and_processes() -> None:
    """Compute mode, persistence, MIG, display and who holds memory."""
    first, second = read(OF_418).gpus
    assert (first.compute_mode, second.compute_mode) == ("exclusive_process", "default")
    assert (first.is_persistence_on, second.is_persistence_on) == (True, False)
    assert (first.is_display_active, second.is_display_active) == (False, True)
    (process,) = first.processes or ()
    assert (process.pid, process.name, process.memory_bytes) == (4711, "python", 1003 * MIB)
    assert only_gpu(OF_470).is_mig_enabled is True
    assert only_gpu(OF_610).is_mig_enabled is False
    assert only_gpu(OF_WINDOWS).driver_model == "WDDM"


def test_a_name_that_was_cut_off_is_no_name() -> None:
    """A name that ends in dots may be a 2080 or a 2080 Ti: which code it runs is not known."""
    assert read(OF_418).gpus[1].name is None
    assert only_gpu(OF_550).name == "NVIDIA GeForce RTX 3090"
    assert str(only_gpu(OF_550).compute_capability) == "8.6"


def test_the_head_alone_shows_that_there_is_a_gpu() -> None:
    """People paste the first three lines; nvidia-smi prints no table where there is none."""
    facts = read(OF_550.splitlines()[1])
    assert facts.driver.value.gpus is None
    assert facts.has_nvidia_gpu is True


def test_query() -> None:
    """Indented sections: a value belongs to the headings above it."""
    gpu = only_gpu("""
==============NVSMI LOG==============
Driver Version                                         : 580.95.05
CUDA Version                                           : 13.0
Attached GPUs                                          : 1
GPU 00000000:01:00.0
    Product Name                                       : NVIDIA A10G
    Persistence Mode                                   : Enabled
    MIG Mode
        Current                                        : N/A
    PCI
        GPU Link Info
            PCIe Generation
                Max                                    : 4
                Current                                : 1
            Link Width
                Max                                    : 16x
                Current                                : 8x
    Clocks Event Reasons
        Idle                                           : Not Active
        SW Thermal Slowdown                            : Active
    FB Memory Usage
        Total                                          : 23028 MiB
        Reserved                                       : 512 MiB
        Used                                           : 4096 MiB
    Compute Mode                                       : Exclusive_Process
    Temperature
        GPU Current Temp                               : 91 C
    vGPU Software Licensed Product
        License Status                                 : Unlicensed (Restricted)
""")
    assert gpu.name == "NVIDIA A10G"
    assert gpu.is_mig_enabled is None
    assert (gpu.pcie_generation, gpu.pcie_generation_max) == (1, 4)
    assert (gpu.pcie_width, gpu.pcie_width_max) == (8, 16)
    assert gpu.throttle_reasons == ("sw_thermal_slowdown",)
    assert gpu.memory_used_bytes == 4096 * MIB
    assert gpu.compute_mode == "exclusive_process"
    assert gpu.temperature_c == 91
    assert gpu.vgpu_license_state == "unlicensed"


def test_query_since_610() -> None:
    """The old labels stay for a while, with a note in them that names other versions."""
    driver = read("""
Driver Version        : 610.57.04 [Deprecated; will be removed in CUDA 14.0. Use KMD Version]
CUDA Version          : 13.3 [Deprecated; will be removed in CUDA 14.0. Use CUDA UMD Version]
KMD Version           : 610.57.04
CUDA UMD Version      : 13.3
""").driver.value
    assert str(driver.driver_release) == "610.57.04"
    assert str(driver.driver_cuda) == "13.3"


def test_xml() -> None:
    """One element a line, so that a cut file tells its part."""
    facts = read("""<?xml version="1.0" ?>
<nvidia_smi_log>
    <driver_version>535.129.03</driver_version>
    <cuda_version>12.2</cuda_version>
    <gpu id="00000000:3B:00.0">
        <product_name>Tesla T4</product_name>
        <mig_mode>
            <current_mig>N/A</current_mig>
        </mig_mode>
        <fb_memory_usage>
            <total>15360 MiB</total>
            <used>2048 MiB</used>
        </fb_memory_usage>
        <compute_mode>Prohibited</compute_mode>
        <fan_sp""")
    (gpu,) = facts.gpus
    assert str(facts.driver.value.driver_release) == "535.129.03"
    assert (gpu.name, gpu.pci_address) == ("Tesla T4", "00000000:3b:00.0")
    assert gpu.memory_used_bytes == 2048 * MIB
    assert gpu.compute_mode == "prohibited"


def test_list_with_mig() -> None:
    """MIG instances stand below their GPU."""
    first, second = read("""
GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-11111111-2222-3333-4444-555555555555)
  MIG 3g.20gb     Device  0: (UUID: MIG-66666666-7777-8888-9999-000000000000)
  MIG 3g.20gb     Device  1: (UUID: MIG-66666666-7777-8888-9999-000000000001)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-11111111-2222-3333-4444-555555555556)
""").gpus
    assert len(first.mig_uuids) == 2
    assert (first.is_mig_enabled, second.is_mig_enabled) == (True, None)


@pytest.mark.parametrize(
    "text",
    [
        "name, driver_version, memory.total [MiB]\nNVIDIA L4, 535.104.05, 23034 MiB",
        "$ nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader\n"
        "NVIDIA L4, 535.104.05, 23034 MiB",
    ],
    ids=["with its head", "below its command"],
)
def test_csv(text: str) -> None:
    """What the columns are says the head line, or the command."""
    facts = read(text)
    assert str(facts.driver.value.driver_release) == "535.104.05"
    assert facts.gpus[0].name == "NVIDIA L4"
    assert facts.gpus[0].memory_total_bytes == 23034 * MIB


def test_topology() -> None:
    """Each pair once; NVLink says nothing of the way over PCIe."""
    pairs = read("""
        GPU0    GPU1    GPU2    CPU Affinity    NUMA Affinity
GPU0     X      PHB     SYS     0-15            0
GPU1    PHB      X      NV4     0-15            0
GPU2    SYS     NV4      X      16-31           1
""").driver.value.pairs
    assert pairs is not None
    assert {(p.index_a, p.index_b): p.common_ancestor for p in pairs} == {
        (0, 1): "hostbridge",
        (0, 2): "system",
    }
