"""Rows on builds of PyTorch and what belongs to them."""

from __future__ import annotations

from typing import ClassVar, Literal

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda


class TorchWheelRow(Row, frozen=True):
    """A CUDA build of PyTorch for one platform, on PyTorch's own wheel index."""

    key: ClassVar[tuple[str, ...]] = ("torch", "cuda", "platform")
    torch: str
    variant: str  # "cu124"
    cuda: BuiltForCuda
    platform: Literal["linux_x86_64", "linux_aarch64", "win_amd64"]
    python: tuple[str, ...]
    targets: tuple[str, ...] | None  # "9.0" machine code, "9.0+PTX" also PTX
    cudnn: str | None
    nccl: str | None
    is_confirmed: bool  # seen, or documented by PyTorch; False: announced or built, not seen
    is_index_default: bool  # whether the package index serves this build
    form: Literal["old", "find-links", "extra-index+local", "index-url"]
    conda: str | None  # what conda calls the build: "pytorch-cuda=12.4 -c pytorch -c nvidia"


class TorchIndexWheelRow(Row, frozen=True):
    """What the package index serves of a PyTorch release for one platform."""

    key: ClassVar[tuple[str, ...]] = ("torch", "platform")
    torch: str
    platform: Literal["linux_x86_64", "linux_aarch64", "win_amd64", "macos_x86_64", "macos_arm64"]
    released: str | None  # "2025-08-06"
    requires_python: str | None
    python: tuple[str, ...]  # wheels there are: "3.12", "3.13t"
    glibc: str | None  # "2.28", by the wheel's tag; None: not Linux, or not said
    cuda: BuiltForCuda | None  # None: a build without CUDA
    targets: tuple[str, ...] | None
    requires: tuple[str, ...]  # Requires-Dist without extras, markers kept


class TorchCompanionRow(Row, frozen=True):
    """A release of torchvision or torchaudio and the torch that it was built for."""

    key: ClassVar[tuple[str, ...]] = ("package", "release")
    package: Literal["torchaudio", "torchvision"]
    release: str
    torch: str | None  # the requirement: "==2.8.0"
    python: tuple[str, ...]
