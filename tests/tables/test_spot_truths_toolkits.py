"""Truths on CUDA toolkits and libraries, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.libraries import library_owner
from gpucheck.tables import Known, Tables
from gpucheck.versions import ComputeCapability, CudnnVersion, ToolkitCuda

TABLES = Tables()


@pytest.mark.parametrize(
    ("capability", "first", "last"),
    [
        # PTX ISA, Release Notes: targets by CUDA release, as copied in public projects
        ("2.0", "3.0", "8.0"),
        ("3.0", "4.2", "10.2"),
        ("3.5", "5.0", "11.8"),
        ("3.7", "6.5", "11.8"),
        ("5.0", "6.0", "12.9"),
        ("5.3", "7.0", "12.9"),
        # NVIDIA/cuDecomp pull request 97: CUDA 13 has no Volta, and has Turing
        ("7.0", "9.0", "12.9"),
        ("7.5", "10.0", None),
        # llvm/llvm-project pull request 136639: PTX 8.8 (CUDA 12.9) adds sm_103 and sm_121
        ("10.3", "12.9", None),
        ("12.1", "12.9", None),
    ],
)
def test_toolkits_of_a_capability(capability: str, first: str, last: str | None) -> None:
    """A capability came with the PTX ISA that first names it, and went with a CUDA major."""
    asked = ComputeCapability.parse(capability)
    row = TABLES.architectures.find(capability, lambda row: row.compute_capability == asked)
    assert isinstance(row, Known)
    assert row.value.first_cuda == ToolkitCuda.parse(first)
    assert row.value.last_cuda == (ToolkitCuda.parse(last) if last else None)


@pytest.mark.parametrize(
    ("capability", "flavour"),
    [
        # Debian, package nvidia-open-kernel-support 550.163.01: Turing and newer
        ("7.0", "proprietary"),
        ("7.5", "either"),
        # Phoronix on Arch Linux, 2025-12-20: for Blackwell the open one is the only option
        ("12.0", "open"),
    ],
)
def test_flavour_of_the_kernel_module(capability: str, flavour: str) -> None:
    """The open kernel module needs a Turing, a Blackwell needs the open kernel module."""
    asked = ComputeCapability.parse(capability)
    row = TABLES.architectures.find(capability, lambda row: row.compute_capability == asked)
    assert isinstance(row, Known)
    assert row.value.kernel_module == flavour


@pytest.mark.parametrize(
    ("cuda", "has", "lacks"),
    [
        # `ptxas --help` of nvidia-cuda-nvcc-cu11 11.8.89, -cu12 12.1.105, 12.8.93 and 12.9.86 and
        # nvidia-cuda-nvcc 13.0.88, unpacked and run on 2026-11-21
        ("11.8", {"sm_35", "sm_89", "sm_90"}, {"sm_30", "sm_90a"}),
        ("12.1", {"sm_50", "sm_90a"}, {"sm_37", "sm_100"}),
        ("12.8", {"sm_100", "sm_101", "sm_120a"}, {"sm_103", "sm_121", "sm_100f"}),
        ("12.9", {"sm_103", "sm_121", "sm_100f"}, {"sm_110", "sm_88"}),
        ("13.0", {"sm_75", "sm_88", "sm_110f"}, {"sm_72", "sm_101"}),
    ],
)
def test_targets_of_a_toolkit(cuda: str, has: set[str], lacks: set[str]) -> None:
    """A toolkit's own assembler says for what it compiles."""
    row = TABLES.toolkit_archs.find(cuda, lambda row: row.cuda == ToolkitCuda.parse(cuda))
    assert isinstance(row, Known)
    targets = {*row.value.targets, *row.value.specific_targets}
    assert has <= targets
    assert not lacks & targets


@pytest.mark.parametrize(
    ("cuda", "gcc", "clang", "msc_ver"),
    [
        # crt/host_config.h of nvidia-cuda-nvcc-cu11 11.8.89, -cu12 12.1.105, 12.4.131, 12.8.93 and
        # nvidia-cuda-crt 13.0.88, 13.2.51, unpacked on 2026-11-21
        ("11.8", 11, 14, (1910, 1940)),
        ("12.1", 12, 15, (1910, 1940)),
        ("12.4", 13, 17, (1910, 1950)),
        ("12.8", 14, 19, (1910, 1950)),
        ("13.0", 15, 20, (1920, 1950)),
        ("13.2", 15, 21, (1920, 1960)),
    ],
)
def test_newest_host_compilers(cuda: str, gcc: int, clang: int, msc_ver: tuple[int, int]) -> None:
    """A toolkit's own header stops at newer compilers."""
    row = TABLES.host_compilers.find(cuda, lambda row: row.cuda == ToolkitCuda.parse(cuda))
    assert isinstance(row, Known)
    assert (row.value.gcc_max, row.value.clang_max) == (gcc, clang)
    assert (row.value.msc_ver_min, row.value.msc_ver_below) == msc_ver


@pytest.mark.parametrize(
    ("cuda", "glibc_min", "glibc_below"),
    [
        # tag of nvidia_cublas_cu12-12.8.4.1: manylinux_2_27; Gnulib manual, "cospi": glibc 2.40
        # has none, and libc-alpha of 2024-12-04 adds it: to 2.41
        ("12.8", {"2.27"}, {"2.41"}),
        # Stack Overflow, question on "rsqrt" of 2026-05-08: 13.1 does not compile with a glibc
        # that has it (NEWS of 2.42), 13.2 does
        ("13.1", {"2.27"}, {"2.42"}),
        ("13.2", {"2.27"}, set()),
    ],
)
def test_glibc_of_a_toolkit(cuda: str, glibc_min: set[str], glibc_below: set[str]) -> None:
    """Libraries need a C library that is new enough, headers one that is not too new."""
    asked = ToolkitCuda.parse(cuda)
    rows = [
        row
        for row in TABLES.glibc.rows
        if (row.cuda_from is None or row.cuda_from <= asked)
        and (row.cuda_to is None or asked <= row.cuda_to)
    ]
    assert {row.glibc_min for row in rows if row.glibc_min} == glibc_min
    assert {row.glibc_below for row in rows if row.glibc_below} == glibc_below


@pytest.mark.parametrize(
    ("os_id", "version", "glibc"),
    [
        # mayeut/pep600_compliance, README.rst (commit 00ac9114): glibc found in each image
        ("ubuntu", "22.04", "2.35"),
        ("ubuntu", "24.04", "2.39"),
        ("debian", "12", "2.36"),
        ("debian", "13", "2.41"),
        ("rocky", "9", "2.34"),
        ("almalinux", "10", "2.39"),
        ("amzn", "2023", "2.34"),
        ("opensuse-leap", "15.6", "2.38"),
        # cuDNN 8.4.0 support matrix (docs.nvidia.com)
        ("rhel", "8", "2.28"),
    ],
)
def test_glibc_of_a_distribution(os_id: str, version: str, glibc: str) -> None:
    """A distribution keeps its C library for life."""
    row = TABLES.distributions.find(
        os_id, lambda row: (row.os_id, row.os_version_id) == (os_id, version)
    )
    assert isinstance(row, Known)
    assert row.value.glibc == glibc


@pytest.mark.parametrize(
    ("cudnn", "majors", "driver"),
    [
        # cuDNN support matrices 7.6.0, 8.2.2, 8.5.0, 9.5.1 and 9.10.2 (docs.nvidia.com)
        ("7.6.0", (9, 10), ("10.1", "418.39")),
        ("8.2.2", (10, 11), ("11.4", "470")),
        ("8.5.0", (10, 11), None),
        ("9.5.1", (11, 12), ("12.0-12.6", "525.60.13")),
        ("9.10.2", (11, 12), ("11.0-11.8", "450.80.02")),
        # JAX, Installation (2026-08) and the wheel nvidia-cudnn-cu13: CUDA 13 from 9.12 on
        ("9.12.0", (12, 13), None),
    ],
)
def test_cuda_of_cudnn(cudnn: str, majors: tuple[int, ...], driver: tuple[str, str] | None) -> None:
    """The matrix of a cuDNN release names its CUDA, and mostly the driver."""
    asked = CudnnVersion.parse(cudnn)
    row = TABLES.cudnn.find(cudnn, lambda row: row.cudnn_from <= asked <= row.cudnn_to)
    assert isinstance(row, Known)
    assert row.value.cuda_majors == majors
    if driver:
        assert str((row.value.driver_linux or {})[driver[0]]) == driver[1]


@pytest.mark.parametrize(
    ("soname", "wheel", "counts"),
    [
        # requirements of the wheels torch 2.0.1 and 2.8.0, and files of nvidia-nvjitlink-cu12
        # 12.8.93 and nvidia-nvtx-cu12 12.8.90, read on 2026-11-21
        ("libcudnn.so.9", "nvidia-cudnn-cu12", "own"),
        ("libnvJitLink.so.12", "nvidia-nvjitlink-cu12", "cuda"),
        ("libnvToolsExt.so.1", "nvidia-nvtx-cu12", "own"),
        ("libcudart.so.12", "nvidia-cuda-runtime-cu12", "cuda"),
        ("libcusparseLt.so.0", "nvidia-cusparselt-cu12", "own"),
    ],
)
def test_wheel_with_a_library(soname: str, wheel: str, counts: str) -> None:
    """A library lies in the wheel that torch asks for."""
    owner = library_owner(soname, TABLES)
    assert isinstance(owner, Known)
    assert (owner.value.pip_cu12, owner.value.soname_major) == (wheel, counts)
