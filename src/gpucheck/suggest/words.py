"""How platforms, releases and builds are called in a plan's sentences."""

from __future__ import annotations

from gpucheck.compatibility.builds import Build
from gpucheck.facts import FRAMEWORK_TITLES
from gpucheck.suggest.offer import Offer

PLATFORMS = {
    "linux_x86_64": "Linux x86_64",
    "linux_aarch64": "Linux aarch64",
    "win_amd64": "Windows",
    "macos_x86_64": "macOS on Intel",
    "macos_arm64": "macOS on Apple silicon",
}

_ANY_MINOR = ("cupy-", "jax", "numba-cuda", "onnxruntime-gpu")


def title(offer: Offer) -> str:
    """Return what a release is called: "PyTorch 2.14.1"."""
    return f"{FRAMEWORK_TITLES.get(offer.name, offer.name)} {offer.release}"


def for_cuda(offer: Offer) -> str:
    """Return " for CUDA 12.6", " for CUDA 12" where no minor counts, or nothing."""
    if offer.build is None:
        return ""
    return f" for CUDA {cuda_of(offer.build)}"


def cuda_of(build: Build) -> str:
    """Return a build's CUDA: "12.6", or "12" where any of the major will do."""
    is_whole = build.cuda.minor == 0 and build.package.startswith(_ANY_MINOR)
    return str(build.cuda.major) if is_whole else str(build.cuda)
