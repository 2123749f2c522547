"""Truths on builds of PyTorch, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability

TABLES = Tables()


def capabilities(targets: tuple[str, ...] | None) -> list[str]:
    """Return the targets without the mark for PTX."""
    return [target.removesuffix("+PTX") for target in targets or ()]


@pytest.mark.parametrize(
    ("torch", "variant", "platform", "targets"),
    [
        # pytorch/builder, windows/cuda121.bat (commit 0b0d0918, 2023-04-05)
        ("2.3.1", "cu121", "win_amd64", "5.0 6.0 6.1 7.0 7.5 8.0 8.6 9.0"),
        # what PyTorch printed: "The current PyTorch install supports CUDA capabilities …", or
        # torch.cuda.get_arch_list()
        # andreimargeloiu/WPFS issue 3, 2023-06: torch 1.10.1 as pip gave it
        ("1.10.1", "cu102", "linux_x86_64", "3.7 5.0 6.0 7.0"),
        # AUTOMATIC1111/stable-diffusion-webui issue 702, 2022-09
        ("1.12.1", "cu102", "linux_x86_64", "3.7 5.0 6.0 7.0"),
        # pytorch/pytorch issue 95648, 2023-02: the 2.0 of that time, for CUDA 11.8
        ("2.0.0", "cu118", "linux_x86_64", "3.7 5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        # pBFSLab/DeepPrep issue 233, 2025-06
        ("2.0.1", "cu118", "linux_x86_64", "3.7 5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        # coendevente/SlicerNNInteractive issue 58, 2025-07: 2.7.1, on Windows by its 6.1
        ("2.7.1", "cu118", "win_amd64", "3.7 5.0 6.0 6.1 7.0 7.5 8.0 8.6 9.0"),
        # jhj0517/Whisper-WebUI issue 653, 2026-09
        ("2.8.0", "cu126", "linux_x86_64", "5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        ("2.8.0", "cu128", "linux_x86_64", "7.0 7.5 8.0 8.6 9.0 10.0 12.0"),
        # pytorch/pytorch issue 182250, 2026-05
        ("2.10.0", "cu128", "linux_x86_64", "7.0 7.5 8.0 8.6 9.0 10.0 12.0"),
        ("2.11.0", "cu126", "linux_x86_64", "5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        ("2.11.0", "cu128", "linux_x86_64", "7.5 8.0 8.6 9.0 10.0 12.0"),
    ],
)
def test_capabilities_of_a_build(torch: str, variant: str, platform: str, targets: str) -> None:
    """A build prints, and its script says, for which GPUs it is compiled."""
    asked = (torch, variant, platform)
    row = TABLES.torch_wheels.find(
        str(asked), lambda row: (row.torch, row.variant, row.platform) == asked
    )
    assert isinstance(row, Known)
    assert capabilities(row.value.targets) == targets.split()


def test_first_release_for_volta_with_cuda_12_8() -> None:
    """2.7.1+cu128 has no code for a V100, 2.8.0+cu128 has.

    Source: EutropicAI/vs-playground pull request 59, 2025-09.
    """
    runs = {}
    for row in TABLES.torch_wheels.rows:
        if row.variant == "cu128" and row.platform == "linux_x86_64" and row.targets:
            code = code_for(ComputeCapability.parse("7.0"), *targets_of(row.targets))
            runs[row.torch] = code
    assert (runs["2.7.1"], runs["2.8.0"]) == ("none", "sass")


@pytest.mark.parametrize(
    ("torch", "variants"),
    [
        # pytorch/test-infra, tools/scripts/generate_binary_build_matrix.py, "release" beside
        # CURRENT_STABLE_VERSION, in the commit that is named
        ("2.0.1", {"cu117", "cu118"}),  # bc96de983, 2023-05-05
        ("2.1.0", {"cu118", "cu121"}),  # e900ee110, 2023-11-09
        ("2.3.1", {"cu118", "cu121"}),  # 76c30f755, 2024-06-11
        ("2.4.1", {"cu118", "cu121", "cu124"}),  # 95906b355, 2024-09-27
        ("2.5.1", {"cu118", "cu121", "cu124"}),  # 25dab1efb, 2024-11-07
        ("2.6.0", {"cu118", "cu124", "cu126"}),  # b1bdc3323, 2025-01-28
        ("2.7.1", {"cu118", "cu126", "cu128"}),  # 30ee1aaac, 2025-06-03
        ("2.8.0", {"cu126", "cu128", "cu129"}),  # 9c6538178, 2025-08-25
        ("2.11.0", {"cu126", "cu128", "cu130"}),  # 8964775a9, 2026-03-23
        ("2.12.1", {"cu126", "cu130", "cu132"}),  # 9b13f8397, 2026-07-02
    ],
)
def test_builds_of_a_release(torch: str, variants: set[str]) -> None:
    """PyTorch's own matrix is in the table; cu129 was also built when it was not in the matrix."""
    rows = TABLES.torch_wheels.rows
    found = {row.variant for row in rows if (row.torch, row.platform) == (torch, "linux_x86_64")}
    assert found - {"cu129"} == variants - {"cu129"}
    assert variants <= found


@pytest.mark.parametrize(
    ("torch", "cuda", "glibc", "requires"),
    [
        # METADATA and names of wheels, as pip's dry run reported them on 2026-11-21
        ("1.13.1", "11.7", "2.5", "nvidia-cudnn-cu11==8.5.0.96"),
        ("2.0.1", "11.7", "2.5", "nvidia-nccl-cu11==2.14.3"),
        ("2.4.1", "12.1", "2.5", "nvidia-cudnn-cu12==9.1.0.70"),
        ("2.8.0", "12.8", "2.28", "nvidia-cudnn-cu12==9.10.2.21"),
        ("2.11.0", "13.0", "2.28", "nvidia-cudnn-cu13==9.19.0.56"),
    ],
)
def test_wheel_of_the_package_index(torch: str, cuda: str, glibc: str, requires: str) -> None:
    """The package index serves one CUDA build of a release for Linux."""
    row = TABLES.torch_index_wheels.find(
        torch, lambda row: (row.torch, row.platform) == (torch, "linux_x86_64")
    )
    assert isinstance(row, Known)
    assert row.value.cuda == BuiltForCuda.parse(cuda)
    assert row.value.glibc == glibc
    assert requires in {entry.split(";")[0].strip() for entry in row.value.requires}


@pytest.mark.parametrize(
    ("torch", "variant"),
    [
        # METADATA: the CUDA runtime that the package index's wheel asks for
        ("2.4.1", "cu121"),
        ("2.8.0", "cu128"),
        # pytorch/test-infra, STABLE_CUDA_VERSIONS of the release (commit 68ad0221, 2026-08)
        ("2.13.0", "cu130"),
    ],
)
def test_build_of_the_package_index(torch: str, variant: str) -> None:
    """One of a release's builds is also what pip finds without another index."""
    found = [
        row.variant
        for row in TABLES.torch_wheels.rows
        if row.is_index_default and (row.torch, row.platform) == (torch, "linux_x86_64")
    ]
    assert found == [variant]


@pytest.mark.parametrize("platform", ["win_amd64", "macos_arm64"])
def test_no_cuda_for_windows_on_the_package_index(platform: str) -> None:
    """What pip gives on Windows without another index has no CUDA.

    Source: pytorch/test-infra, get_wheel_install_command (commit 68ad0221, 2026-08).
    """
    rows = [row for row in TABLES.torch_index_wheels.rows if row.platform == platform]
    assert rows
    assert all(row.cuda is None for row in rows)


@pytest.mark.parametrize(
    ("package", "release", "torch"),
    [
        # spack/spack-packages, py_torchvision and py_torchaudio (commit 1e8cf059, 2026-07)
        ("torchvision", "0.9.1", "1.8.1"),
        ("torchvision", "0.13.1", "1.12.1"),
        ("torchvision", "0.18.1", "2.3.1"),
        ("torchvision", "0.24.0", "2.9.0"),
        ("torchaudio", "0.13.1", "1.13.1"),
        ("torchaudio", "2.3.1", "2.3.1"),
        # METADATA of the wheels, as pip's dry run reported them on 2026-11-21
        ("torchvision", "0.15.2", "2.0.1"),
        ("torchaudio", "2.0.2", "2.0.1"),
    ],
)
def test_torch_of_a_companion(package: str, release: str, torch: str) -> None:
    """A release of torchvision or torchaudio goes with one torch."""
    row = TABLES.torch_companions.find(
        package, lambda row: (row.package, row.release) == (package, release)
    )
    assert isinstance(row, Known)
    assert row.value.torch == f"=={torch}"
