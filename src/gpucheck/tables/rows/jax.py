"""Rows on JAX and its CUDA plugins."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda, ComputeCapability


class JaxWheelRow(Row, frozen=True):
    """A jax release with one kind of its plugins."""

    key: ClassVar[tuple[str, ...]] = ("release", "cuda_major")
    release: str
    cuda_major: int | None  # None: no plugin for CUDA on the index
    plugin: str | None  # the plugin's release, which may be older than jax
    released: str | None
    requires_python: str | None
    python: tuple[str, ...]  # of the plugin, or of jaxlib where there is none; empty: neither
    platforms: tuple[str, ...]  # the same
    glibc: str | None  # that the wheels for Linux need; None: none, or they do not say
    requires: tuple[str, ...] | None  # of jax itself; None: source only, not read
    extra: str | None  # "cuda12"; None: no extra of jax brings this plugin
    with_cuda: tuple[str, ...] | None  # NVIDIA's wheels that the extra adds


class JaxDocumentedRow(Row, frozen=True):
    """What JAX's documentation, change log and build settings say of a span of releases.

    Both ends of the span are inclusive; `release_to` None: nothing newer is known to differ.
    """

    key: ClassVar[tuple[str, ...]] = ("cuda_major", "release_from")
    cuda_major: int
    release_from: str
    release_to: str | None
    capability_min: ComputeCapability | None  # JAX refuses or disclaims older GPUs
    driver_linux: str | None  # the oldest: "525.60.13", or a branch: "580"
    cuda: BuiltForCuda | None  # what the plugin was built with
    cuda_min: str | None  # the oldest libraries it runs with
    cudnn_min: str | None
    targets: tuple[str, ...] | None  # of ready-made kernels, as in torch_wheels; XLA makes the rest
